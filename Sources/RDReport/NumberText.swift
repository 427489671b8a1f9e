import RDHistory

/// A number with commas between its thousands and so many places: `531,225`, `-64,416.01`.
func groupedText(_ value: Double, places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = (value * scale).rounded()
    guard scaled.magnitude < 1e18 else { return "\(value)" }
    let digits = String(Int64(scaled.magnitude))
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let whole = padded.dropLast(places)
    let fraction = places > 0 ? "." + padded.suffix(places) : ""
    return (scaled < 0 ? "-" : "") + thousands(whole) + fraction
}

/// A whole number the same way.
func groupedText(_ value: Int) -> String { (value < 0 ? "-" : "") + thousands(String(value.magnitude)[...]) }

/// Money in ten-thousandths to the penny: `9,683,331.92`.
func moneyText(_ money: Int128) -> String {
    let pennies = (money.magnitude + 50) / 100
    let rest = String(pennies % 100 + 100).dropFirst()
    return (money < 0 && pennies > 0 ? "-" : "") + thousands(String(pennies / 100)[...]) + ".\(rest)"
}

/// Money to its last place.
func exactMoneyText(_ money: Int128) -> String {
    let rest = String(money.magnitude % 10_000 + 10_000).dropFirst()
    return (money < 0 ? "-" : "") + thousands(String(money.magnitude / 10_000)[...]) + ".\(rest)"
}

/// A share from 0 to 1 with two places of a per cent, rounded down so that only all of them is 100 %; four where two
/// would not tell it from that.
func percentText(_ share: Double) -> String {
    let millionths = Int64((share * 1_000_000 + 1e-6).rounded(.down))
    let (whole, rest) = millionths.magnitude.quotientAndRemainder(dividingBy: 10_000)
    let digits = String(rest + 10_000).dropFirst()
    let places = rest == 0 ? "" : whole == 99 && rest >= 9_900 ? digits : digits.prefix(2)
    return (millionths < 0 ? "-" : "") + "\(whole)" + (places.isEmpty ? "" : ".\(places)") + " %"
}

private func thousands(_ digits: Substring) -> String {
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
        text.append(digit)
    }
    return text
}
