import Glibc
public import RDBytes

/// Reads the migrations of a folder in the order of their numbers.
/// - Throws: exit 66 where the folder or a file cannot be read, 78 where a number comes twice or a name has none.
public func readMigrations(folder: String) throws(RDError) -> [Migration] {
    guard let stream = opendir(folder) else {
        throw RDError(
            .noInput, "no migrations in \(folder): \(String(cString: strerror(errno)))",
            remedy: "run from the checkout, install the suite, or set RD_SHARE")
    }
    defer { closedir(stream) }
    var migrations: [Migration] = []
    while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard name.hasSuffix(".sql"), !name.hasPrefix(".") else { continue }
        migrations.append(try Migration(name: String(name.dropLast(4)), sql: readText("\(folder)/\(name)")))
    }
    migrations.sort { $0.number < $1.number }
    for (one, next) in zip(migrations, migrations.dropFirst()) where one.number == next.number {
        throw RDError(
            .configuration, "two migrations have one number: \(one.name) and \(next.name)", remedy: "give one the next")
    }
    return migrations
}

private func readText(_ path: String) throws(RDError) -> String {
    guard let file = fopen(path, "re") else {
        throw RDError(.noInput, "cannot read \(path): \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    var text: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 14)
    while true {
        let count = fread(&block, 1, block.count, file)
        text += block[..<count]
        if count == 0 { break }
    }
    guard ferror(file) == 0 else { throw RDError(.io, "cannot read \(path)") }
    return String(decoding: text, as: UTF8.self)
}
