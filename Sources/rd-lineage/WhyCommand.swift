public import ArgumentParser
import RDBytes
import RDClean
import RDFilter
public import RDLineage
import RDPostgres
import RDProcess
import RDRecord

extension SourceCheck: ExpressibleByArgument {}

struct WhyCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Tell where a fact, or a month's total, comes from.",
        discussion: """
            A fact: the line of the source file with its place and its text, what each rule made of it (the stages' own \
            code is run on the line again), the run and the version, and what the fact was before. A month: what each \
            source brought, and what rules and later versions took out.

            The file must still be there and be the one that was read: by its SHA-256, or with --check size only by its \
            size.

            Examples:
              rd-lineage why --invoice 536365 --stock-code 85123A
              rd-lineage why --invoice 536365 --stock-code 85123A --source /archive/OnlineRetail.csv.xz
              rd-lineage why --month 2010-12 --json | jq -c 'select(.type == "rejected")'
            """)

    @OptionGroup var options: LineageOptions

    @Option(help: "The invoice.") var invoice: String?
    @Option(help: "The product on it.") var stockCode: String?
    @Option(help: .init("Which of several lines of the product on the invoice.", valueName: "n")) var line: Int?
    @Option(help: .init("A month, in place of an invoice.", valueName: "yyyy-mm")) var month: String?
    @Option(help: "What must be the same of the source file: hash, size, or off to leave it alone.")
    var check: SourceCheck = .hash
    @Option(help: .init("Where the source file is now; once for each file, in order.", valueName: "file"))
    var source: [String] = []
    @Option(help: .init("The columns; pipelines/schema.yaml otherwise.", valueName: "file")) var schema: String?
    @Option(help: .init("The cleaning rules; pipelines/cleaning.yaml otherwise.", valueName: "file")) var rules: String?

    var common: CommonOptions { options.common }

    func validate() throws {
        if let line, line < 1 || line > Int(Int32.max) {
            throw ValidationError("--line \(line) is no line of an invoice: they go from 1 to \(Int32.max)")
        }
        if month != nil {
            guard invoice == nil, stockCode == nil, line == nil else {
                throw ValidationError("--month stands alone: leave out --invoice, --stock-code and --line")
            }
        } else if invoice == nil || stockCode == nil {
            throw ValidationError("say which fact, with --invoice and --stock-code, or which --month")
        }
    }

    func run() throws {
        let connection = try options.connect()
        if let month {
            let report = MonthReport(try MonthStory(connection, month: month))
            return try options.answer(report.objects, report.lines)
        }
        let finder = FactFinder(connection)
        let stories = try finder.stories(invoice: invoice ?? "", stockCode: stockCode ?? "", lineNo: line)
        guard !stories.isEmpty else { return try explainAbsence(finder) }
        let rules = try RetellingRules(self, isNeeded: check != .off)
        let reports = try stories.map { found in
            var story = found
            let raw = try finder.findRepeats(of: &story) { try self.raw(found) }
            return FactReport(story, raw, rules)
        }
        try options.answer(reports.map(\.object), Array(reports.map(\.lines).joined(separator: [""])))
    }

    private func raw(_ story: FactStory) throws -> Result<SourceLine, SourceLine.Missing> {
        guard story.run.lineage.stages.first?.name == "ingest" else {
            return .failure(.init(why: "another program began the stream: its lines are not those of a file"))
        }
        guard let line = story.latest.line else { return .failure(.init(why: "the stream did not tell its lines")) }
        let verified = VerifiedFiles(Folders().home + "/lineage/verified", now: Clock.unixMilliseconds)
        return Result { () throws(SourceLine.Missing) in
            try story.form.find(line: line, check: check, moved: source, verified: verified)
        }
    }

    /// There is no such fact: a row that was set aside may say why.
    private func explainAbsence(_ finder: FactFinder) throws {
        let invoice = invoice ?? ""
        let rejects = try finder.rejects(invoice: invoice, stockCode: stockCode ?? "")
        let place = line.map { ", line \($0)" } ?? ""
        let what = "there is no fact of invoice \(invoice) and stock code \(stockCode ?? "")\(place)"
        guard !rejects.isEmpty else { throw RDError(.noInput, what) }
        let lines = rejects.map { reject in
            "  line \(reject["line"]?.number ?? "?"), set aside by \(reject["stage"]?.string ?? "?"): "
                + "\(reject["code"]?.string ?? "?"), \(reject["detail"]?.string ?? "")"
        }
        try options.answer(rejects, ["\(what); rows that name both were set aside:"] + lines)
    }
}

extension RetellingRules {
    /// The rules that the options name; nil where no row is taken through them.
    fileprivate init?(_ options: WhyCommand, isNeeded: Bool) throws {
        guard isNeeded else { return nil }
        let reader = ConfigurationReader()
        self.init(
            schema: try SalesSchema(reader.read(options.schema, default: "schema.yaml")),
            cleaning: try CleaningRules(reader.read(options.rules, default: "cleaning.yaml")))
    }
}
