using System.Collections;

namespace Socle.Fhir;

/// <summary>Children of a node, lists flattened, in the order of the document. `foreach` over it makes no garbage.</summary>
public readonly struct FhirNodes : IEnumerable<FhirNode>
{
    readonly FhirDocument? doc;
    readonly int container;
    readonly string? name;

    internal FhirNodes(FhirDocument doc, int container, string? name) => (this.doc, this.container, this.name) = (doc, container, name);

    public Enumerator GetEnumerator() => new(doc, container, name);

    public FhirNode First
    {
        get
        {
            foreach (var node in this) return node;
            return default;
        }
    }

    public int Count
    {
        get
        {
            var count = 0;
            foreach (var _ in this) count++;
            return count;
        }
    }

    IEnumerator<FhirNode> IEnumerable<FhirNode>.GetEnumerator() => GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public struct Enumerator : IEnumerator<FhirNode>
    {
        readonly FhirDocument? doc;
        readonly string? name;
        readonly int end;
        int member, item, itemEnd, current;

        internal Enumerator(FhirDocument? doc, int container, string? name)
        {
            if (doc is null || container < 0) return;
            (this.doc, this.name) = (doc, name);
            (member, end) = (container + 1, doc.Tape[container].Link);
        }

        public readonly FhirNode Current => new(doc!, current);
        readonly object IEnumerator.Current => Current;

        public bool MoveNext()
        {
            if (doc is null) return false;
            var tape = doc.Tape;
            while (true)
            {
                while (item < itemEnd)
                {
                    current = item;
                    item = doc.Next(item);
                    if (tape[current].Kind != JsonKind.Null || tape[current].Link != 0) return true;
                }
                if (member >= end) return false;
                current = member;
                member = doc.Next(member);
                ref var entry = ref tape[current];
                if (entry.Property == 0 || (entry.Flags & TapeFlags.Linked) != 0) continue;
                if (name is not null && !FhirDocument.Types.Properties[entry.Property].Answers(name)) continue;
                if (entry.Kind != JsonKind.Array) return true;
                (item, itemEnd) = (current + 1, entry.Link);
            }
        }

        public readonly void Reset() => throw new NotSupportedException();
        public readonly void Dispose() { }
    }
}
