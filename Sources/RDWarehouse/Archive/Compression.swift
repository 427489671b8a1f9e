public import RDBytes
import RDProcess

/// How the files of an archive are compressed: by a program, so that any machine can read them.
public enum Compression: String, Sendable {
    case zstd, gzip

    /// zstd where it is installed, else gzip, which is everywhere.
    public static func installed() -> Compression {
        let answer = try? capture("zstd", ["--version"])
        return answer?.ending == .exit(0) ? .zstd : .gzip
    }

    /// How such a file was made, by its name. A name that says neither is exit 65.
    public init(of name: String) throws(RDError) {
        if name.hasSuffix(Compression.zstd.ending) {
            self = .zstd
        } else if name.hasSuffix(Compression.gzip.ending) {
            self = .gzip
        } else {
            throw RDError(.data, "\(name) is neither a .csv.zst nor a .csv.gz file")
        }
    }

    /// What the names of such files end with.
    public var ending: String { self == .zstd ? ".csv.zst" : ".csv.gz" }

    /// The program.
    var program: String { rawValue }

    /// Its arguments to compress standard input; nothing of the time goes into the file.
    var compressing: [String] { self == .zstd ? ["-q", "-c", "-3"] : ["-n", "-c", "-6"] }

    /// Its arguments to decompress standard input.
    var decompressing: [String] { self == .zstd ? ["-q", "-d", "-c"] : ["-d", "-c"] }

    /// What to do where the program is not there.
    var remedy: String { "install \(program)" }
}
