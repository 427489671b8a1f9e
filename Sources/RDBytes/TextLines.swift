/// The lines of a text without their ends, which are LF, or CR and LF as programs of other systems write them.
///
/// Bytes are split, as Swift takes CR and LF together for one character: a text split at "\n" has one line only where
/// its lines end with both.
public func textLines(_ bytes: some Collection<UInt8>) -> [String] {
    bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
        var text = Array(line)
        if text.last == 0x0D { text.removeLast() }
        return String(decoding: text, as: UTF8.self)
    }
}
