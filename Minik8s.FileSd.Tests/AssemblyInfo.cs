// Tests share nothing: each has its own instance of the fixture's fields. Those that run side by side mostly wait for
// processes, so that there may be more of them than cores. Fixtures with ParallelScope.Self or All also run beside each other, and
// before the rest: they wait for minutes, for the patience of an alert or of a backoff. One that writes a program and then runs it
// is none of them: a process that another one forks meanwhile has the program open for writing.
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[assembly: LevelOfParallelism(8)]
