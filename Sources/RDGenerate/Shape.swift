/// The shape of the UCI Online Retail file, counted from it: what sells, to whom, how much at once.
enum Shape {
    /// A stock code that is not goods; its price is anywhere from `low` to `high`, in pence.
    struct Special {
        var code: String
        var description: String
        /// How often, against the others.
        var weight: Int
        var low: Int
        var high: Int
    }

    static let specials = [
        Special(code: "POST", description: "POSTAGE", weight: 1256, low: 1500, high: 4000),
        Special(code: "DOT", description: "DOTCOM POSTAGE", weight: 710, low: 1163, high: 150_000),
        Special(code: "M", description: "Manual", weight: 571, low: 10, high: 40_000),
        Special(code: "C2", description: "CARRIAGE", weight: 144, low: 5000, high: 15_000),
        Special(code: "D", description: "Discount", weight: 77, low: 500, high: 20_000),
        Special(code: "S", description: "SAMPLES", weight: 63, low: 300, high: 3000),
        Special(code: "BANK CHARGES", description: "Bank Charges", weight: 37, low: 1500, high: 1500),
        Special(code: "AMAZONFEE", description: "AMAZON FEE", weight: 34, low: 500_000, high: 1_354_133),
        Special(code: "CRUK", description: "CRUK Commission", weight: 16, low: 160, high: 110_000),
        Special(code: "DCGSSGIRL", description: "GIRLS PARTY BAG", weight: 13, low: 125, high: 333),
        Special(code: "gift_0001_20", description: giftVoucher, weight: 10, low: 1667, high: 2000),
        badDebt,
    ]
    /// Never among the lines of an ordinary invoice.
    static let badDebt = Special(code: "B", description: "Adjust bad debt", weight: 0, low: 100_000, high: 1_110_000)
    private static let giftVoucher = "Dotcomgiftshop Gift Voucher \u{A3}20.00"

    /// By how much they buy; the first has nine rows in ten.
    static let countries = [
        "United Kingdom", "Germany", "France", "EIRE", "Spain", "Netherlands", "Belgium", "Switzerland", "Portugal",
        "Australia", "Norway", "Italy", "Channel Islands", "Finland", "Cyprus", "Sweden", "Unspecified", "Austria",
        "Denmark", "Japan", "Poland", "Israel", "USA", "Hong Kong", "Singapore", "Iceland", "Canada", "Greece", "Malta",
        "United Arab Emirates", "European Community", "RSA", "Lebanon", "Lithuania", "Brazil", "Czech Republic",
        "Bahrain", "Saudi Arabia",
    ]
    /// What the warehouse's people write where a description belongs.
    static let notes = [
        "check", "damages", "damaged", "found", "sold as set on dotcom", "adjustment", "?", "thrown away",
        "Unsaleable, destroyed.", "wet damaged", "amazon", "had been put aside", "lost", "missing", "??",
        "wrongly coded 20713", "mouldy, thrown away.", "crushed",
    ]

    /// In pence; what is here more than once is more frequent.
    static let prices = [
        125, 125, 125, 165, 165, 85, 85, 295, 295, 42, 42, 495, 375, 210, 195, 145, 255, 39, 595, 65, 29, 55, 75, 225,
        349, 415, 39, 65, 85, 795, 995, 1695,
    ]
    /// Quantities of a row of a customer; 0 stands for any.
    static let quantities: [Int64] = [
        1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 12, 12, 12, 12, 6, 6, 6, 4, 4, 4, 3, 3, 24, 24, 10, 10, 8, 5, 20, 48, 0,
    ]
    /// Quantities of a row without a customer: single things, ordered on the web.
    static let webQuantities: [Int64] = [1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 6, 0]

    /// Rows of an invoice: as many lie between two neighbours here as between any other two.
    static let invoiceSizes = [
        1, 2, 3, 5, 7, 9, 11, 12, 14, 15, 17, 19, 21, 24, 27, 31, 36, 44, 58, 90,
    ]
    static let webInvoiceSizes = [1, 2, 3, 5, 8, 12, 20, 30, 60, 110, 250, 440]
    static let cancellationSizes = [1, 1, 1, 1, 1, 1, 2, 2, 3, 7]

    /// What each month sells, January first, in thousands of rows.
    static let monthWeights = [35, 28, 37, 30, 37, 37, 40, 35, 50, 61, 85, 42]
}
