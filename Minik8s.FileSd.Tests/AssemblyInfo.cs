// Tests share nothing: each has its own instance of the fixture's fields.
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
