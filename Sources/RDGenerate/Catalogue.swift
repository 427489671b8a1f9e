import RDBytes

/// The products, customers and countries of a generated file, the same for the same seed.
struct Catalogue {
    struct Product {
        var code: String
        var description: String
        /// In pence.
        var price: Int
    }

    struct Customer {
        var id: Int
        var country: Int
        /// Where the customer moves to halfway; -1 for most.
        var movesTo: Int
    }

    private static let colours = [
        "WHITE", "RED", "PINK", "BLUE", "GREEN", "IVORY", "SILVER", "BLACK", "VINTAGE", "RETROSPOT",
    ]
    private static let things = [
        "HANGING HEART", "METAL LANTERN", "LUNCH BOX", "JUMBO BAG", "PARTY BUNTING", "CAKE STAND", "TEA TOWEL",
        "ALARM CLOCK", "WATER BOTTLE", "NAPKINS", "CANDLE HOLDER", "DOORMAT", "PICTURE FRAME", "GIFT WRAP", "MUG",
        "CUSHION COVER", "BIRDHOUSE", "NOTEBOOK", "STORAGE TIN", "WICKER BASKET",
    ]
    private static let endings = [
        "", " SMALL", " LARGE", " SET OF 6", " T-LIGHT HOLDER", " DESIGN", " ASSORTED", " IN TIN",
    ]

    let products: [Product]
    let customers: [Customer]
    /// Each special code as often as its weight says.
    let specials: [UInt8]

    init(rows: Int, random: inout SplitMix64) {
        let productCount = min(max(rows / 20, 8), 4_058)
        var products = (0..<productCount).map { Self.product($0, &random) }
        // The only letter that is not ASCII, in a product that sells now and then in a file of any size.
        products[productCount * 9 / 10].description += " \u{A3}1"
        self.products = products
        let customerCount = min(max(rows / 100, 8), 4_372)
        customers = (0..<customerCount).map { Self.customer($0, &random) }
        specials = Shape.specials.enumerated().flatMap { index, special in
            [UInt8](repeating: UInt8(index), count: special.weight)
        }
    }

    private static func product(_ index: Int, _ random: inout SplitMix64) -> Product {
        var code = String(10_000 + index * 19 % 80_000)
        if index % 8 == 3 { code.append(Character(Unicode.Scalar(UInt8(65 + index / 8 % 26)))) }
        // Some clerks write the letters of a code small.
        if index % 200 == 11 { code += "bl" }
        let thing = random.pick(things) + random.pick(endings)
        var description = random.pick(colours) + (random.below(25) == 0 ? "  " : " ") + thing
        if index % 97 == 17 { description += ", PACK OF 12" }
        if index % 397 == 29 { description += " 7\"" }
        if index % 211 == 37 { description = "Bag 125g " + description }
        if random.below(5) == 0 { description += " " }
        return Product(code: code, description: description, price: random.pick(Shape.prices))
    }

    private static func customer(_ index: Int, _ random: inout SplitMix64) -> Customer {
        let abroad = Shape.countries.count - 1
        var country = 0
        // One customer or two for every country; then some more for those that buy much.
        if index % 59 == 5 {
            country = 1 + index / 59 % abroad
        } else if random.below(15) == 0 {
            country = 1 + random.skewed(below: abroad)
        }
        // So that one is among those who come often, in a file of any size.
        let moves = index % 500 == 4
        return Customer(
            id: 12_346 + index * 2749 % 5942, country: country,
            movesTo: moves ? (country + 1) % Shape.countries.count : -1)
    }
}
