import RDBytes

/// The products, customers and countries of a generated file, the same for the same seed.
struct Catalogue {
    struct Product {
        var code: [UInt8]
        /// As UTF-8; commas and quotes in it need quoting.
        var description: [UInt8]
        /// In ten-thousandths.
        var price: Int64
        var needsQuotes: Bool
    }

    struct Customer {
        var id: Int
        var country: Int
        /// Where the customer moves to halfway; -1 for most.
        var movesTo: Int
    }

    static let specials: [(code: String, description: String)] = [
        ("POST", "POSTAGE"), ("DOT", "DOTCOM POSTAGE"), ("M", "Manual"), ("D", "Discount"),
        ("BANK CHARGES", "Bank Charges"),
        ("C2", "CARRIAGE"), ("S", "SAMPLES"), ("AMAZONFEE", "AMAZON FEE"),
    ]
    static let countries = [
        "United Kingdom", "Germany", "France", "EIRE", "Spain", "Netherlands", "Belgium", "Switzerland", "Portugal",
        "Australia", "Norway", "Italy", "Channel Islands", "Finland", "Cyprus", "Sweden", "Unspecified", "Austria",
        "Denmark", "Japan", "Poland", "Israel", "USA", "Hong Kong", "Singapore", "Iceland", "Canada", "Greece", "Malta",
        "United Arab Emirates", "European Community", "RSA", "Lebanon", "Lithuania", "Brazil", "Czech Republic",
        "Bahrain", "Saudi Arabia",
    ]
    private static let colours = [
        "WHITE", "RED", "PINK", "BLUE", "GREEN", "IVORY", "SILVER", "BLACK", "VINTAGE", "RETROSPOT",
    ]
    private static let things = [
        "HANGING HEART", "METAL LANTERN", "LUNCH BOX", "JUMBO BAG", "PARTY BUNTING", "CAKE STAND", "TEA TOWEL",
        "ALARM CLOCK", "WATER BOTTLE", "NAPKINS", "CANDLE HOLDER", "DOORMAT", "PICTURE FRAME", "GIFT WRAP", "MUG",
        "CUSHION COVER", "BIRDHOUSE", "NOTEBOOK", "STORAGE TIN", "WICKER BASKET",
    ]
    private static let endings = [
        "", " SMALL", " LARGE", " SET OF 6", " T-LIGHT HOLDER", " DESIGN", " ASSORTED", ", PACK OF 12",
    ]

    let products: [Product]
    let customers: [Customer]

    init(rows: Int, random: inout SplitMix64) {
        let productCount = min(max(rows / 20, 8), 4_058)
        products = (0..<productCount).map { Self.product($0, &random) }
        let customerCount = min(max(rows / 100, 8), 4_372)
        customers = (0..<customerCount).map { index in
            let isHome = random.below(100) < 90
            let country = isHome ? 0 : 1 + random.below(Self.countries.count - 1)
            let moves = random.below(500) == 0
            return Customer(
                id: 12_346 + index, country: country, movesTo: moves ? (country + 1) % Self.countries.count : -1)
        }
    }

    private static func product(_ index: Int, _ random: inout SplitMix64) -> Product {
        var code = String(10_000 + index * 19 % 80_000)
        if index % 4 == 3 { code.append(Character(Unicode.Scalar(UInt8(65 + index / 4 % 26)))) }
        var description = colours[random.below(10)] + " " + things[random.below(20)] + endings[random.below(8)]
        if index % 97 == 5 { description += " 7\"" }
        if index % 1009 == 7 { description += " \u{A3}1" }
        if index % 5 == 0 { description += " " }
        let price = Int64([85, 125, 165, 195, 210, 255, 295, 375, 425, 495, 795, 1275][random.below(12)]) * 100
        return Product(
            code: Array(code.utf8), description: Array(description.utf8), price: price,
            needsQuotes: description.contains(",") || description.contains("\""))
    }
}
