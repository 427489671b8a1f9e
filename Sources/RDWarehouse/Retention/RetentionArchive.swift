import RDBytes
import RDPostgres

/// The archive of the months that retention drops: writes it, or takes one that is there already, and proves it.
struct RetentionArchive {
    let connection: Connection
    let plan: RetentionPlan

    /// An archive that is whole and holds what the warehouse does.
    struct Proved {
        let folder: ArchiveFolder
        let files: [ArchiveFile]
        /// True where the folder still has to get its name.
        let isPartial: Bool
    }

    /// Makes or finds the archive. Where the folder was left to us and another archive has the name, the next free one
    /// is taken.
    func prove(_ destination: Retention.Destination) throws -> Proved {
        switch destination {
        case .folder(let path): return try prove(ArchiveFolder(path))
        case .below(let home):
            let name = "\(home)/archive/before-\(plan.keptFrom?.prefix(7) ?? "")"
            for number in 1..<1000 {
                let folder = ArchiveFolder(number == 1 ? name : "\(name).\(number)")
                guard folder.isTaken else { return try write(folder) }
                if let proved = try adoptIfSame(folder) { return proved }
            }
            throw RDError(.cannotCreate, "there are too many archives like \(name)", remedy: "name a folder with --to")
        }
    }

    /// The archive in a folder; nil where it is another one, or damaged.
    private func adoptIfSame(_ folder: ArchiveFolder) throws -> Proved? {
        do { return try adopt(folder) } catch is RDError { return nil }
    }

    /// A run that was ended between giving the folder its name and its commit left an archive that is whole: where the
    /// warehouse still holds the same, it is taken as it is.
    private func prove(_ folder: ArchiveFolder) throws -> Proved {
        guard folder.isTaken else { return try write(folder) }
        do {
            return try adopt(folder)
        } catch let error as RDError {
            throw RDError(
                .cannotCreate,
                "\(folder.path) is there already and is not the archive of these months "
                    + "(\(error.message))", remedy: "name another folder with --to; nothing was changed")
        }
    }

    private func adopt(_ folder: ArchiveFolder) throws -> Proved {
        let manifest = try ArchiveManifest(folder: folder.path)
        let queries = plan.queries
        guard manifest.kind == "retention", manifest.files.count == queries.count else {
            throw RDError(.data, "its manifest has other files")
        }
        for (query, file) in zip(queries, manifest.files) {
            var found = try ArchiveWriter.digest(query, from: connection)
            (found.name, found.compressedBytes, found.compressedSHA256) = (
                query.name + (try Compression(of: file.name)).ending, file.compressedBytes, file.compressedSHA256
            )
            guard found == file else { throw RDError(.data, "its \(file.name) holds other rows") }
        }
        return try verified(Proved(folder: folder, files: manifest.files, isPartial: false))
    }

    private func write(_ folder: ArchiveFolder) throws -> Proved {
        try folder.begin()
        do {
            let writer = ArchiveWriter(folder: folder.partial, compression: .installed())
            let files = try plan.queries.map { try writer.write($0, from: connection) }
            try folder.complete(manifest(files))
            return try verified(Proved(folder: folder, files: files, isPartial: true))
        } catch {
            try? folder.removePartial()
            throw error
        }
    }

    private func manifest(_ files: [ArchiveFile]) -> ArchiveManifest {
        ArchiveManifest(
            kind: "retention",
            facts: [
                .init("database", .string(connection.databaseName)), .init("kept_from", .optional(plan.keptFrom)),
                .init("months", .array(plan.months.map { .string($0.month) })), .init("rows", .integer(plan.facts)),
                .init("net_amount", .string(Decimal4.text(plan.netAmount))), .init("history", .integer(plan.history)),
            ], files: files)
    }

    /// Reads every file back, and holds rows and money against what the tables themselves hold.
    private func verified(_ archive: Proved) throws -> Proved {
        let reader = ArchiveReader(folder: archive.isPartial ? archive.folder.partial : archive.folder.path)
        for file in archive.files { try reader.verify(file) }
        for month in plan.months {
            let found = (table: "fact_sales", rows: month.facts, money: month.netAmount)
            let past = (table: "fact_sales_archive", rows: month.history, money: month.historyNetAmount)
            for (table, rows, money) in [found, past] {
                let file = archive.files.first { $0.table == table && $0.month == month.month }
                guard file?.rows ?? 0 == rows, file?.netAmount ?? 0 == money else {
                    throw RDError(
                        .internalError, "the archive of \(table) of \(month.month) does not hold what the table does",
                        remedy: "nothing was dropped")
                }
            }
        }
        return archive
    }
}
