public import RDAlert
import RDBytes
import RDProcess

extension KnownSecrets {
    /// The secrets of all `channels`, as far as they can be read: a program of one may say what another one has.
    public init(of channels: [ChannelSettings], _ surroundings: Surroundings) {
        self.init()
        for source in channels.flatMap(\.secrets) {
            if let secret = try? source.read(surroundings) { add(secret) }
        }
    }
}

extension ChannelSettings {
    /// Where its secrets stand.
    fileprivate var secrets: [SecretSource] {
        switch form {
        case .command, .mail: []
        case .slack(let endpoint), .webhook(let endpoint): [endpoint.url] + endpoint.headers.map(\.value)
        }
    }
}

extension SecretSource {
    /// The secret, without the line end that a file ends with. What is missing, empty or of several lines is a failure
    /// that names where it was looked for, and never what was found there.
    func read(_ surroundings: Surroundings) throws(DeliveryFailure) -> String {
        let text: String
        switch self {
        case .environment(let name):
            guard let value = surroundings.environment(name) else { throw DeliveryFailure("\(name) is not set") }
            text = value
        case .file(let path):
            do {
                text = String(decoding: try readAll(FileSource(path: path)), as: UTF8.self)
            } catch {
                throw DeliveryFailure("\(error)")
            }
        }
        let secret = String(text.reversed().drop { $0.isNewline }.reversed())
        guard !secret.isEmpty else { throw DeliveryFailure("\(place) is empty") }
        guard secret.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw DeliveryFailure("what \(place) holds is more than one line")
        }
        return secret
    }

    private var place: String {
        switch self {
        case .environment(let name): name
        case .file(let path): path
        }
    }
}
