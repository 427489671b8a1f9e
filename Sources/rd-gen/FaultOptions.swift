import ArgumentParser
import RDGenerate

/// How often each fault comes; what is not given is as in the real file.
struct FaultOptions: ParsableArguments {
    @Option(help: "Rows that repeat a stock code of their invoice.") var duplicateRate: Double?
    @Option(help: "Invoices without a customer: orders on the web and write-offs.") var blankCustomerRate: Double?
    @Option(help: "Rows without a description, besides those of write-offs.") var blankDescriptionRate: Double?
    @Option(help: "Invoices that are cancellations.") var cancelRate: Double?
    @Option(help: "Rows that cannot be taken: a quantity or a date that is none, a cell missing.") var badRowRate:
        Double?
    @Option(help: "Rows with a line end inside a quoted description.") var quotedNewlineRate: Double?
    @Option(help: "Invoices dated a month before their place.") var unsortedRate: Double?

    func validate() throws {
        for rate in [
            duplicateRate, blankCustomerRate, blankDescriptionRate, cancelRate, badRowRate, quotedNewlineRate,
            unsortedRate,
        ] {
            guard rate == nil || (0...1).contains(rate!) else { throw ValidationError("a rate must be from 0 to 1") }
        }
    }

    func apply(to options: inout GeneratorOptions) throws {
        func set(_ rate: Double?, _ path: WritableKeyPath<GeneratorOptions, UInt64>) {
            if let rate { options[keyPath: path] = UInt64((rate * 1_000_000).rounded()) }
        }
        set(duplicateRate, \.duplicateRate)
        set(blankCustomerRate, \.blankCustomerRate)
        set(blankDescriptionRate, \.blankDescriptionRate)
        set(cancelRate, \.cancelRate)
        set(badRowRate, \.badRowRate)
        set(quotedNewlineRate, \.quotedNewlineRate)
        set(unsortedRate, \.unsortedRate)
    }
}
