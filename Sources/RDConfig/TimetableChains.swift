import RDBytes
import RDSchedule
import Yams

/// What can only be checked with all jobs of a timetable at hand: who comes after whom.
struct TimetableChains {
    private let nodes: [String: Node]
    private let jobs: [String: JSONValue]
    private let names: [String]

    init(jobs: [(node: Node, json: JSONValue)]) {
        let named = jobs.compactMap { job in job.json["name"]?.string.map { ($0, job) } }
        names = named.map(\.0)
        nodes = Dictionary(named.map { ($0.0, $0.1.node) }, uniquingKeysWith: { first, _ in first })
        self.jobs = Dictionary(named.map { ($0.0, $0.1.json) }, uniquingKeysWith: { first, _ in first })
    }

    func check(_ reader: inout YAMLReader) {
        for name in names {
            let upstreams = upstreams(of: name)
            for upstream in upstreams where jobs[upstream] == nil {
                let near = nearest(upstream, names.filter { $0 != name }).map { "; did you mean '\($0)'?" } ?? ""
                reader.fail(place(name), "\(name) comes after '\(upstream)', which is no job of this file\(near)")
            }
            if let ring = ring(from: name) {
                if ring.min() == name {
                    reader.fail(
                        place(name), "jobs wait for each other: \((ring + [name]).joined(separator: ", then "))")
                }
            } else if upstreams.count > 1 {
                checkDates(name, upstreams, &reader)
            }
        }
    }

    private func upstreams(of name: String) -> [String] {
        (jobs[name]?["after"]?.array ?? []).compactMap { $0["job"]?.string }
    }

    /// Where the flaw is: at `after`.
    private func place(_ name: String) -> Node? { nodes[name]?.mapping?["after"] ?? nodes[name] }

    /// The jobs between `name` and itself, where it waits for itself.
    private func ring(from name: String) -> [String]? {
        var paths = [[name]]
        var seen: Set<String> = []
        while let path = paths.popLast() {
            for next in upstreams(of: path[path.count - 1]) {
                if next == name { return path }
                if seen.insert(next).inserted { paths.append(path + [next]) }
            }
        }
        return nil
    }

    /// Jobs are joined on their logical date: the same moment where they have the same schedule, and else the same day,
    /// which only works where each of them runs at most once a day.
    private func checkDates(_ name: String, _ upstreams: [String], _ reader: inout YAMLReader) {
        var roots: Set<String> = []
        var waiting = upstreams
        var seen: Set<String> = []
        while let next = waiting.popLast() {
            guard seen.insert(next).inserted, let job = jobs[next] else { continue }
            let above = self.upstreams(of: next)
            if above.isEmpty { roots.insert(schedule(of: job)) } else { waiting += above }
        }
        guard roots.count > 1, let often = roots.sorted().first(where: { !$0.hasPrefix("daily ") }) else { return }
        reader.fail(
            place(name),
            "\(name) joins jobs of different dates, which works by the day only, and \(often) is not once a day")
    }

    private func schedule(of job: JSONValue) -> String {
        let zone = job["timezone"]?.string ?? ""
        if let times = job["at"]?.array, times.count == 1 { return "daily \(times[0].string ?? "") \(zone)" }
        if let text = job["cron"]?.string, let cron = try? CronExpression(text), cron.isOnceADay {
            return "daily \(text) \(zone)"
        }
        if let every = job["every"]?.number { return "every \(every) s" }
        for key in ["at", "cron"] {
            if let value = job[key] { return "\(key): \(value.text) in \(zone)" }
        }
        return "the job \(job["name"]?.string ?? "") without a schedule"
    }
}
