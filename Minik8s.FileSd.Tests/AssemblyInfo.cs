// Tests share nothing: each has its own instance of the fixture's fields. Those that run side by side mostly wait for
// processes, so that there may be more of them than cores.
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[assembly: LevelOfParallelism(8)]
