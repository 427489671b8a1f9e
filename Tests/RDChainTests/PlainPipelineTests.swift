import Testing

@testable import RDChain

@Suite struct PlainPipelineTests {
    @Test(arguments: [
        ("true", ["true"]),
        (" a | b|c \n", ["a", "b", "c"]),
        ("rd-ingest \"$RETAIL_CSV\" | rd-clean | rd-load", ["rd-ingest \"$RETAIL_CSV\"", "rd-clean", "rd-load"]),
        ("a 2>&1 | b &> log", ["a 2>&1", "b &> log"]),
        ("a |\n  b |\n\n  c", ["a", "b", "c"]),
        ("a \\\n  -x | b", ["a \\\n  -x", "b"]),
        ("echo 'a | b; c' \"d | e & f\" g\\|h | cat", ["echo 'a | b; c' \"d | e & f\" g\\|h", "cat"]),
        ("a <(b | c; d) | e >(f | g)", ["a <(b | c; d)", "e >(f | g)"]),
        ("(a; b) | c", ["(a; b)", "c"]),
        ("a $(b | c \"$(d ')')\") | e", ["a $(b | c \"$(d ')')\")", "e"]),
        ("a ${B:-c} x{1,2} y#z | d", ["a ${B:-c} x{1,2} y#z", "d"]),
        ("A=1 B='| ' a <<< 'x | y' | b", ["A=1 B='| ' a <<< 'x | y'", "b"]),
        ("echo a\\ | cat", ["echo a\\ ", "cat"]),
    ]) func splitsWhatIsOnePipeline(_ text: String, _ stages: [String]) {
        #expect(PlainPipeline(text)?.stages == stages)
    }

    /// A stage in parentheses needs no second shell.
    @Test func takesOffParentheses() {
        let pipeline = PlainPipeline("(a; (b)) | (c) > d | e <(f)")
        #expect(pipeline?.stages == ["(a; (b))", "(c) > d", "e <(f)"])
        #expect(pipeline?.scripts == ["a; (b)", "(c) > d", "e <(f)"])
    }

    @Test(arguments: [
        "((a)) | b", "", "  ", "a; b", "a && b", "a || b", "a & b", "a &", "a\nb", "a |& b", "a | | b", "| a", "a |",
        "! a | b",
        "time a | b", "if a; then b; fi", "for x in 1; do a; done", "{ a | b; }", "while read x; do y; done", "f() (a)",
        "a <<END | b\nx\nEND", "a `b | c`", "a \"`b | c`\"", "a # b | c", "# a", "a > x.$$ | b", "a 'b | c",
        "a \"b | c",
        "a $(b | c", "a (b) | c", "a | b)", "a >| b", "a ${B:-\"x|y\"} | c", "a $'x\\'|y' | b", "[[ a =~ b|c ]]",
        "a $(case x in y) z;; esac) | b", "a $( # ) \n b) | c", "x=(a | b)", "a \\>& b", "a \\",
        "case x in y) z;; esac",
    ]) func leavesTheRestWhole(_ text: String) {
        #expect(PlainPipeline(text) == nil)
    }

    @Test(
        arguments: [
            ([], 0), ([0, 0], 0), ([0, 3, 4], 4), ([4, 3, 0], 3), ([141, 141, 75], 75), ([141, 0], 141),
            ([66, 76, 76], 66),
            ([141, 137, 76], 137), ([76, 75], 75), ([141, 76], 76),
        ] as [([Int32], Int32)]) func failsWithTheLastThatFailsByItself(_ codes: [Int32], _ code: Int32)
    {
        #expect(chainExitCode(codes) == code)
    }
}

@Suite struct BottleneckTests {
    @Test func isTheStageThatWorkedLongest() {
        func stage(_ lived: Int64, _ input: Double, _ computing: Double, _ output: Double) -> StageUse {
            StageUse(
                command: "", livedMicroseconds: lived, waitingForInput: input, computing: computing,
                waitingForOutput: output)
        }
        var result = ChainResult(exitCode: 0, started: 0, ended: 1)
        #expect(result.bottleneck == nil)
        result.stages = [stage(2000, 0, 0.2, 0.8), stage(2000, 0, 1, 0), stage(5000, 0.2, 0.3, 0)]
        #expect(result.bottleneck == 2, "what waits elsewhere is at work too")
        result.stages[2].waitingForInput = 0.7
        #expect(result.bottleneck == 1)
        result.stages = [stage(5000, 0, 0, 0), stage(1, 0.9, 0.1, 0)]
        #expect(result.bottleneck == 1, "nothing is known of a stage that nobody looked at")
    }

    @Test func sharesAddUp() {
        var times = ActivityTimes()
        #expect(times.shares(cpu: 5, lifetime: 10) == (0, 0.5, 0))
        #expect(times.shares(cpu: 5, lifetime: 0) == (0, 0, 0))
        times.add(.input, 30)
        times.add(.output, 10)
        times.add(.elsewhere, 40)
        #expect(times.shares(cpu: 20, lifetime: 100) == (0.3, 0.2, 0.1))
        times.add(.computing, 80)
        #expect(times.shares(cpu: 20, lifetime: 100).computing == 0.5, "it could compute and had no processor")
    }
}
