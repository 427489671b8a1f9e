/// The next fires of many jobs, the earliest first. A job that got another next fire is put in again; what stands there
/// from before is left out when it comes up.
struct FireQueue: Sendable {
    /// The next fire of one job, by its place in the timetable.
    struct Item: Equatable, Sendable {
        let at: Int64
        let place: Int

        fileprivate func precedes(_ other: Item) -> Bool { (at, place) < (other.at, other.place) }
    }

    private var heap: [Item] = []
    private var current: [Int: Int64] = [:]

    /// The earliest fire.
    mutating func first() -> Item? {
        while let item = heap.first, current[item.place] != item.at { removeFirst() }
        return heap.first
    }

    /// Says when the job at `place` fires next; nil for never.
    mutating func set(_ place: Int, _ at: Int64?) {
        guard current[place] != at else { return }
        current[place] = at
        guard let at else { return }
        heap.append(Item(at: at, place: place))
        rise()
    }

    /// Takes the earliest fire out where it is not after `instant`; its job fires no more until it is set again.
    mutating func pop(until instant: Int64) -> Item? {
        guard let item = first(), item.at <= instant else { return nil }
        current[item.place] = nil
        removeFirst()
        return item
    }

    private mutating func rise() {
        var child = heap.count - 1
        while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].precedes(heap[least])
            {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
