/// The end of a version that is current.
let endOfTime = "9999-12-31T00:00:00"
/// The customer that stands for all who are not known.
let guestID = "GUEST"

/// A stretch of time in which a customer's country did not change: from its beginning until before its end.
struct CustomerVersion: Equatable {
    var customer: String
    var country: String
    var begins: String
    var ends: String

    /// True where the version holds at `moment`.
    func holds(_ moment: String) -> Bool { begins <= moment && moment < ends }
}

extension WarehouseState {
    /// Every customer's versions in order of time, made from the facts and from what retention left of them.
    func customerVersions() -> [String: [CustomerVersion]] {
        var seen = evidence
        for (key, fact) in facts where fact.content.customer != guestID {
            let country = fact.content.country
            let held = seen[fact.content.customer, default: [:]][key.moment]
            seen[fact.content.customer, default: [:]][key.moment] = held.map { smaller($0, country) } ?? country
        }
        var result = seen.map { ($0.key, Self.versions(of: $0.key, $0.value)) }
        if hasGuest {
            let always = CustomerVersion(
                customer: guestID, country: "Unspecified", begins: "0001-01-01T00:00:00", ends: endOfTime)
            result.append((guestID, [always]))
        }
        return Dictionary(uniqueKeysWithValues: result)
    }

    private static func versions(of customer: String, _ countries: [String: String]) -> [CustomerVersion] {
        var versions: [CustomerVersion] = []
        for (moment, country) in countries.sorted(by: { $0.key < $1.key }) where versions.last?.country != country {
            if !versions.isEmpty { versions[versions.count - 1].ends = moment }
            versions.append(CustomerVersion(customer: customer, country: country, begins: moment, ends: endOfTime))
        }
        return versions
    }

    /// The smaller of two names by their bytes.
    private func smaller(_ left: String, _ right: String) -> String {
        left.utf8.lexicographicallyPrecedes(right.utf8) ? left : right
    }
}
