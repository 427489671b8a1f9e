public import ArgumentParser
import RDBytes
public import RDIngest

/// What is not to be found out from the file.
struct FormOptions: ParsableArguments {
    @Option(help: "utf-8, iso-8859-1, windows-1252, utf-16le or utf-16be.")
    var encoding: String?

    @Option(help: "comma, semicolon, tab, pipe, or the character itself.")
    var delimiter: String?

    @Option(help: "double, single or none.")
    var quote: String?

    @Option(help: "The order of dates: us (month first), eu (day first) or iso (year first).")
    var dates: DateOrder?

    @Option(help: "point or comma.")
    var decimalMark: String?

    @Option(help: "Bytes of a pipe to look at before its form must be known.")
    var sniffBytes = 4 << 20

    func validate() throws {
        guard sniffBytes >= 4096 else { throw ValidationError("--sniff-bytes must be at least 4096") }
        _ = try pins()
    }

    func pins() throws -> IngestPins {
        var pins = IngestPins()
        pins.dates = dates
        if let encoding {
            guard let known = TextEncoding(name: encoding) else {
                throw ValidationError("--encoding \(encoding) is not known: \(Self.encodings)")
            }
            pins.encoding = known
        }
        if let delimiter { pins.delimiter = try Self.byte(delimiter, Self.delimiters, "--delimiter") }
        if let quote {
            pins.quote = .some(
                quote == "none" ? nil : try Self.byte(quote, ["double": 0x22, "single": 0x27], "--quote"))
        }
        if let decimalMark {
            pins.decimalMark = try Self.byte(decimalMark, ["point": 0x2E, "comma": 0x2C], "--decimal-mark")
        }
        return pins
    }

    private static let encodings = TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")
    private static let delimiters: [String: UInt8] = ["comma": 0x2C, "semicolon": 0x3B, "tab": 0x09, "pipe": 0x7C]

    private static func byte(_ text: String, _ names: [String: UInt8], _ flag: String) throws -> UInt8 {
        if let named = names[text] { return named }
        let bytes = Array(text.utf8)
        guard bytes.count == 1, bytes[0] < 0x80, bytes[0] != 0x0A, bytes[0] != 0x0D else {
            throw ValidationError(
                "\(flag) \(text) must be \(names.keys.sorted().joined(separator: ", ")) or one character")
        }
        return bytes[0]
    }
}

extension DateOrder: ExpressibleByArgument {}

/// What becomes of bad rows.
struct ErrorOptions: ParsableArguments {
    enum OnError: String, ExpressibleByArgument, CaseIterable {
        case reject, fail
    }

    @Option(help: "reject: set bad rows aside; fail: stop at the first.")
    var onError: OnError = .reject

    @Option(help: .init("Stop when more rows than so many, or than so many percent, are bad.", valueName: "n|p%"))
    var maxErrors: String?

    func validate() throws {
        if let maxErrors, Self.parse(maxErrors) == nil {
            throw ValidationError("--max-errors \(maxErrors) must be a count, or a share as in 1.5%")
        }
    }

    var limit: IngestSettings.ErrorLimit {
        if onError == .fail { return .count(0) }
        return maxErrors.flatMap(Self.parse) ?? .none
    }

    private static func parse(_ text: String) -> IngestSettings.ErrorLimit? {
        guard text.hasSuffix("%") else { return Int(text).flatMap { $0 >= 0 ? .count($0) : nil } }
        guard let share = Double(text.dropLast()), share >= 0, share <= 100 else { return nil }
        return .share(Int((share * 100).rounded()))
    }
}
