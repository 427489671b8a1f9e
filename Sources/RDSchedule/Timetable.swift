public import RDBytes

/// The jobs that a scheduler runs, read from the compiled form of `pipelines/timetable.yaml`.
public struct Timetable: Equatable, Sendable {
    /// The zone of jobs that name none.
    public let zone: Zone
    /// How many runs go on at a time.
    public let slots: Int
    /// The jobs in the order of the file.
    public let jobs: [Job]
    private let places: [String: Int]
    /// Where the jobs stand that come after a job, by its name.
    private let followers: [String: [Int]]

    /// A timetable of these jobs.
    public init(zone: Zone, slots: Int, jobs: [Job]) {
        self.zone = zone
        self.slots = slots
        self.jobs = jobs
        places = Dictionary(jobs.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        var followers: [String: [Int]] = [:]
        for (place, job) in jobs.enumerated() {
            for name in Set(job.upstreams.map(\.job)) { followers[name, default: []].append(place) }
        }
        self.followers = followers
    }

    /// The job called `name`.
    public subscript(_ name: String) -> Job? { places[name].map { jobs[$0] } }

    /// Where the job called `name` stands.
    func place(of name: String) -> Int? { places[name] }

    /// The jobs that come after `name`.
    public func downstream(of name: String) -> [Job] { (followers[name] ?? []).map { jobs[$0] } }

    /// Reads the compiled form. `zoneNamed` gives the zones; each is asked for once. What is missing is exit 78.
    public init(_ json: JSONValue, zoneNamed: (String) throws -> Zone) throws {
        guard json["kind"]?.string == "timetable", let slots = json["slots"]?.integer, let list = json["jobs"]?.array
        else { throw ScheduleFlaw("not the compiled form of a timetable") }
        var zones: [String: Zone] = [:]
        func zone(_ json: JSONValue) throws -> Zone {
            let name = json["timezone"]?.string ?? "UTC"
            if let known = zones[name] { return known }
            let read = try zoneNamed(name)
            zones[name] = read
            return read
        }
        let jobs = try list.map { try Job($0, zone: zone($0)) }
        self.init(zone: try zone(json), slots: slots, jobs: jobs)
    }
}
