/// How a value is looked at.
enum Tone: String {
    case plain, pass, warn, fail, odd, mute

    init(status: String) { self = Tone(rawValue: status) ?? (status == "failed" ? .fail : .plain) }

    /// The worse one is greater.
    var rank: Int {
        switch self {
        case .plain, .mute, .pass: 0
        case .odd: 1
        case .warn: 2
        case .fail: 3
        }
    }
}

/// A cell of a table.
struct Cell: ExpressibleByStringLiteral {
    var text: String
    var tone = Tone.plain
    /// True for what was read from a source or is a name in the database, and stands as it is.
    var isCode = false
    var spark: Sparkline?
    /// From -1 to 1: how long a bar beside the text is, of the longest of its column.
    var bar: Double?

    init(_ text: String, _ tone: Tone = .plain) {
        self.text = text
        self.tone = tone
    }

    init(stringLiteral value: String) { text = value }

    static func code(_ text: String) -> Cell {
        var cell = Cell(text)
        cell.isCode = true
        return cell
    }

    static func spark(_ spark: Sparkline) -> Cell {
        var cell = Cell(spark.blocks)
        cell.spark = spark
        return cell
    }
}

/// A table of a report, whatever form it is written in.
struct ReportTable {
    /// What it shows, in a sentence without a full stop.
    let caption: String
    /// The columns by name; those of numbers are set to the right.
    let columns: [Column]
    var rows: [[Cell]] = []
    /// True where it is long and nothing that somebody looks for first.
    var isFolded = false

    struct Column {
        let name: String
        var isNumber = false

        static func text(_ name: String) -> Column { Column(name: name) }
        static func number(_ name: String) -> Column { Column(name: name, isNumber: true) }
    }

    init(_ caption: String, _ columns: [Column]) {
        self.caption = caption
        self.columns = columns
    }
}

/// A part of a report.
struct ReportSection {
    /// Its name in links.
    let id: String
    let title: String
    /// What is worth saying before its tables, a sentence each.
    var lead: [String] = []
    var tables: [ReportTable] = []
    /// What only a picture shows, in HTML.
    var picture: Picture?

    enum Picture {
        case days([ReportDay])
        case months([MonthPart])
    }
}
