public import RDBytes

/// Where events go: a file, or an endpoint that is named by its URL.
public enum EventTarget {
    /// Appended to a file.
    case file(EventFile)
    /// Posted to an endpoint.
    case post(EventPost)

    /// The target that `text` names: an http or https URL, or the path of a file. `key` goes to endpoints only. A URL
    /// that makes no sense is exit 64.
    public init(_ text: String, key: String?) throws(RDError) {
        let start = text.prefix(8).lowercased()
        guard start.hasPrefix("http://") || start.hasPrefix("https://") else {
            self = .file(EventFile(text))
            return
        }
        self = .post(try EventPost(text, key: key))
    }

    /// Appends or posts `events`, in order. A file that cannot be opened is exit 73, one that cannot be written 74; an
    /// endpoint that does not take an event is exit 69.
    public func send(_ events: [JSONValue]) throws {
        switch self {
        case .file(let file): try file.append(events)
        case .post(let post): for event in events { try post.send(event) }
        }
    }
}

extension EventPost {
    /// The endpoint that the environment names by the variables of OpenLineage's own clients: `OPENLINEAGE_URL` is the
    /// server and `OPENLINEAGE_ENDPOINT` the path on it, `api/v1/lineage` where nothing is said; `OPENLINEAGE_API_KEY` is
    /// the key. Nil where there is none, or where `OPENLINEAGE_DISABLED` is `true`. A URL that makes no sense is exit 64.
    public init?(environment: (String) -> String?) throws(RDError) {
        guard let url = environment("OPENLINEAGE_URL"), environment("OPENLINEAGE_DISABLED")?.lowercased() != "true"
        else { return nil }
        let endpoint = environment("OPENLINEAGE_ENDPOINT") ?? "api/v1/lineage"
        try self.init(
            Self.joined(url, endpoint), key: environment("OPENLINEAGE_API_KEY"), isVisible: false)
    }

    /// The path after the server's own, before a query; once where somebody wrote it out.
    private static func joined(_ url: String, _ endpoint: String) -> String {
        let address = url.prefix { $0 != "?" }
        let query = url[address.endIndex...]
        let base = address.reversed().drop { $0 == "/" }.reversed().map(String.init).joined()
        let path = endpoint.drop { $0 == "/" }
        return base.hasSuffix("/" + path) ? base + query : base + "/" + path + query
    }
}
