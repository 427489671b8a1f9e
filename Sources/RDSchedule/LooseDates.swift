/// A logical date that ended and of which nobody has decided what follows.
struct LooseDate: Equatable, Sendable {
    let job: String
    let date: Int64
    /// The run that ended; nil for a skip.
    let run: Run?
}

/// Logical dates of which nobody has decided what follows, in the order in which they ended. After a long absence they
/// are tens of thousands, so that none of what is done with them takes longer the more there are.
struct LooseDates: Equatable, Sendable {
    private struct Key: Hashable {
        let job: String
        let date: Int64
    }

    private var items: [LooseDate?] = []
    /// The place of the first item that is left.
    private var head = 0
    /// How many items went before those in `items`.
    private var gone = 0
    private var places: [Key: [Int]] = [:]

    /// The one that ended first.
    var first: LooseDate? { head < items.count ? items[head] : nil }

    /// All of them.
    var all: [LooseDate] { items[head...].compactMap { $0 } }

    var isEmpty: Bool { places.isEmpty }

    mutating func append(_ item: LooseDate) {
        places[Key(job: item.job, date: item.date), default: []].append(gone + items.count)
        items.append(item)
    }

    /// Takes out what stands there for a date of a job.
    mutating func remove(_ job: String, _ date: Int64) {
        for place in places.removeValue(forKey: Key(job: job, date: date)) ?? [] { items[place - gone] = nil }
        while head < items.count, items[head] == nil { head += 1 }
        guard head > 64, head > items.count / 2 else { return }
        items.removeFirst(head)
        gone += head
        head = 0
    }

    static func == (left: LooseDates, right: LooseDates) -> Bool { left.all == right.all }
}
