using System.Net;
using System.Text;
using System.Text.Json;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Cluster.Tolerant;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Cluster;

/// <summary>
/// Recorded answers with any mistake in them, in any pieces, in both dialects: what comes of them is a file that Prometheus
/// takes, or one of the faults that are meant for it, after which the file says what it said. MINIK8S_TEST_SEED repeats a run.
/// </summary>
internal sealed class WireFuzzTests
{
    /// <summary>Of one input, of some KiB, everything included: a text in base64 in a text, again and again, is no bomb.</summary>
    private const long MostAllocated = 32L << 20;

    private static readonly int Inputs = LongRun.IsOn ? 1_000_000 : 100_000;

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("MINIK8S_TEST_SEED"), out var seed) ? seed : Random.Shared.Next();
    private readonly long[] _began = new long[Environment.ProcessorCount];
    private readonly int[] _inputs = new int[Environment.ProcessorCount];
    private int _next;
    private int _faults;

    [Test]
    public async Task Whatever_a_server_writes_the_file_is_true_or_as_before()
    {
        TestContext.Out.WriteLine($"MINIK8S_TEST_SEED={_seed}");
        IWorld[] worlds = [
            new World<Pod>(Dialect.Kubernetes, Corpus.Pods, () => KubernetesPods, new PodProjection("prometheus", false, LabelRules.Standard).Project),
            new World<Node>(Dialect.Kubernetes, Corpus.Nodes, () => KubernetesNodes, new NodeProjection(9100, null, LabelRules.Standard).Project),
            new World<Pod>(Dialect.Minik8s, Corpus.Pods, () => new Minik8sFormat<Pod>(item => Objects.Pod(item, "default"), null), new PodProjection("prometheus", false, LabelRules.Standard).Project),
            new World<Node>(Dialect.Minik8s, Corpus.Nodes, () => new Minik8sFormat<Node>(Objects.Node, null), new NodeProjection(9100, null, LabelRules.Standard).Project),
        ];
        var workers = Enumerable.Range(0, _began.Length).Select(worker => Task.Factory.StartNew(
            () => Work(worker, worlds), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        var all = Task.WhenAll(workers);
        while (await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System)) != all)
        {
            for (var worker = 0; worker < _began.Length; worker++)
            {
                if (Volatile.Read(ref _began[worker]) is > 0 and var began && TimeProvider.System.GetElapsedTime(began) > Hang)
                    Assert.Fail($"input {_inputs[worker]} of seed {_seed} comes to no end");
            }
        }

        await all;
        _faults.Should().BeInRange(Inputs / 10, Inputs * 9 / 10, "some of the inputs are whole in spite of all, and some are not");
        TestContext.Out.WriteLine($"{Inputs} inputs, of which {_faults} were refused");
    }

    private static readonly KubernetesFormat<Pod> KubernetesPods = new("Pod", ClusterJson.Default.Pod);
    private static readonly KubernetesFormat<Node> KubernetesNodes = new("Node", ClusterJson.Default.Node);

    private void Work(int worker, IWorld[] worlds)
    {
        while (Interlocked.Increment(ref _next) is var input && input <= Inputs)
        {
            _inputs[worker] = input;
            Volatile.Write(ref _began[worker], TimeProvider.System.GetTimestamp());
            var random = new Random(HashCode(input));
            var world = worlds[random.Next(worlds.Length)];
            var isWatch = random.Next(2) == 0;
            var bytes = world.Mutated(random, isWatch);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                if (!world.Survives(bytes, isWatch, random))
                    Interlocked.Increment(ref _faults);
                if (GC.GetAllocatedBytesForCurrentThread() - allocated > MostAllocated)
                    throw new AssertionException("it takes more memory than there is reason for");
            }
            catch (Exception fault)
            {
                Interlocked.Exchange(ref _next, Inputs);
                throw new AssertionException(
                    $"input {input} of MINIK8S_TEST_SEED={_seed}, a {world.Name} {(isWatch ? "watch" : "list")}: {fault}\n{Encoding.Latin1.GetString(bytes)}\n{Convert.ToBase64String(bytes)}");
            }

            Volatile.Write(ref _began[worker], 0);
        }
    }

    private int HashCode(int input) => unchecked((_seed * 397) ^ (input * (int)2_654_435_761));

    private interface IWorld
    {
        string Name { get; }

        byte[] Mutated(Random random, bool isWatch);

        /// <returns>False where the input was refused by a fault that is meant for that.</returns>
        bool Survives(byte[] bytes, bool isWatch, Random random);
    }

    private sealed class World<T> : IWorld
        where T : class, IResource
    {
        private readonly Dialect _dialect;
        private readonly Func<IWireFormat<T>> _format;
        private readonly Func<T, Verdict> _judge;
        private readonly Mutations _mutations;
        private readonly TargetSet _known = TargetSet.Unknown(DropGuard.Off);
        private readonly byte[] _before;

        public World(Dialect dialect, Corpus corpus, Func<IWireFormat<T>> format, Func<T, Verdict> project)
        {
            (_dialect, _format, _judge) = (dialect, format, Verdict.Total(project));
            _mutations = new(corpus, dialect);
            foreach (var list in corpus.Lists(dialect).Take(1))
            {
                _known = Follow(list, isWatch: false, new Random(1), TargetSet.Unknown(DropGuard.Off), out var fault);
                fault.Should().BeNull();
            }

            _before = new FileContent([_known]).Bytes();
            Valid(_before).Should().BeGreaterThan(0, "there is something to lose");
        }

        public string Name => $"{_dialect} {typeof(T).Name}";

        public byte[] Mutated(Random random, bool isWatch) => _mutations.Of(random, isWatch);

        public bool Survives(byte[] bytes, bool isWatch, Random random)
        {
            var after = Follow(bytes, isWatch, random, _known, out var fault);
            var content = new FileContent([after]);
            if (fault is not null && !isWatch && after.Objects != _known.Objects)
                throw new AssertionException("a list that was refused has changed something");
            if (after.Objects != _known.Objects && Valid(content.Bytes()) is var count && count != content.Count)
                throw new AssertionException($"{count} groups instead of {content.Count}");
            return fault is null;
        }

        /// <summary>What is known after an answer.</summary>
        /// <param name="fault">One that is meant for answers like it; any other comes out.</param>
        private TargetSet Follow(byte[] bytes, bool isWatch, Random random, TargetSet known, out Exception? fault)
        {
            fault = null;
            try
            {
                var body = new PiecemealStream(bytes, random);
                known = isWatch ? Watch(body, ref known) : List(body, known);
            }
            catch (Exception meant) when (meant is JsonException or WatchRefusedException or LimitException)
            {
                fault = meant;
            }

            return known;
        }

        private TargetSet List(Stream body, TargetSet known)
        {
            known = known.Apply(Change<RenderedTargets>.ListBegan);
            var (count, end) = (0, (ListMeta?)null);
            foreach (var part in Synchronous(_format().ReadListAsync(body, CancellationToken.None)))
            {
                end = end is null ? part.End : throw new AssertionException("the end comes last");
                if (part.Item is null)
                    continue;
                count++;
                known = known.Apply(new(ChangeKind.Listed, Key(part.Item), RenderedTargets.Of(_judge(part.Item))));
            }

            if (end!.Skipped > 0 && count == 0)
                throw new JsonException("There is nothing else.");
            return known.Apply(Change<RenderedTargets>.ListEnded);
        }

        private TargetSet Watch(Stream body, ref TargetSet known)
        {
            foreach (var said in Synchronous(_format().ReadWatchAsync(body, CancellationToken.None)))
            {
                if (said.Extent == WatchExtent.Unchanged)
                    known = known.Apply(new(ChangeKind.Confirmed, Key(said.Object!), null));
                else if (said.Type is WatchEventType.Added or WatchEventType.Modified)
                    known = known.Apply(new(ChangeKind.Applied, Key(said.Object!), RenderedTargets.Of(_judge(said.Object!))));
                else if (said.Type == WatchEventType.Deleted)
                    known = known.Apply(new(ChangeKind.Deleted, Key(said.Object!), null));
            }

            return known;
        }

        private static ObjectKey Key(T item)
        {
            var key = item.Metadata.Key;
            if (key is not { Name.Length: > 0 and <= 253, Namespace.Length: <= 63 } || item.Metadata.ResourceVersion?.Length > ObjectMeta.LongestVersion)
                throw new AssertionException($"{key} is no key");
            return key;
        }

        /// <summary>The body never waits, and so nothing does that reads it.</summary>
        private static IEnumerable<TItem> Synchronous<TItem>(IAsyncEnumerable<TItem> items)
        {
            var each = items.GetAsyncEnumerator();
            try
            {
                while (true)
                {
                    var next = each.MoveNextAsync();
                    if (!(next.IsCompleted ? next.Result : next.AsTask().GetAwaiter().GetResult()))
                        yield break;
                    yield return each.Current;
                }
            }
            finally
            {
                each.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }

        /// <summary>The groups of a file that Prometheus takes; an exception where it does not.</summary>
        private static int Valid(byte[] file)
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(file);
            using var document = JsonDocument.Parse(file);
            var count = 0;
            foreach (var group in document.RootElement.EnumerateArray())
            {
                count++;
                var members = group.EnumerateObject().ToList();
                if (members is not [{ Name: "targets" }, { Name: "labels" }] || members[0].Value.GetArrayLength() != 1)
                    throw new AssertionException($"not a group: {group}");
                var address = members[0].Value[0].GetString()!;
                var colon = address.LastIndexOf(':');
                if (!HostAddress.IsHost(address[..colon].Trim('[', ']')) || !IPEndPoint.TryParse($"0.0.0.0{address[colon..]}", out var port) || port.Port == 0)
                    throw new AssertionException($"not an address: {address}");
                foreach (var label in members[1].Value.EnumerateObject())
                {
                    if (label.Name.Length == 0 || label.Value.GetString()!.Length == 0 || char.IsAsciiDigit(label.Name[0]) || !label.Name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                        throw new AssertionException($"not a label: {label}");
                }
            }

            return count;
        }
    }

    /// <summary>Gives bytes in pieces of any size, of which many are one byte.</summary>
    private sealed class PiecemealStream(byte[] content, Random random) : MemoryStream(content)
    {
        /// <summary>One in sixteen is read in the smallest pieces, half of them in one.</summary>
        private readonly int _most = random.Next(16) switch { 0 => 8, < 8 => 1 << random.Next(6, 12), _ => int.MaxValue - 1 };

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span[..Math.Min(buffer.Length, _most < int.MaxValue - 1 ? random.Next(1, _most + 1) : _most)]));
    }
}
