// swift-tools-version: 6.2
// The layers of docs/architecture.md: a target may depend only on targets of the layers above its own line.
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tool(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies + ["RDFilter", arguments], swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["RDTesting"], swiftSettings: settings)
}

let package = Package(
    name: "retail-data-platform",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        // Layer 0: bytes, and C. CPostgres is libpq (libpq-dev), by its own header, loaded when it is first called.
        .target(name: "CPostgres"),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CRDBytes"),
        .target(name: "CRDChain"),
        .target(name: "CRDSupervise"),
        library("RDBytes", ["CRDBytes"]),
        // Layer 1: records, processes, connections.
        library("RDRecord", ["RDBytes"]),
        library("RDProcess", ["RDBytes"]),
        library("RDPostgres", ["CPostgres", "RDBytes"]),
        // Layer 2: the rules of one stage each, and the warehouse.
        library("RDQuality", ["RDRecord", "RDBytes"]),
        library("RDIngest", ["RDQuality", "RDRecord", "RDBytes"]),
        library("RDClean", ["RDQuality", "RDRecord", "RDBytes"]),
        library("RDTransform", ["RDQuality", "RDRecord", "RDBytes"]),
        library(
            "RDLineage",
            ["RDPostgres", "RDIngest", "RDClean", "RDTransform", "RDRecord", "RDProcess", "RDBytes"]),
        library(
            "RDWarehouse",
            [
                "RDLineage", "RDPostgres", "RDQuality", "RDRecord", "RDClean", "RDTransform", "RDProcess", "RDBytes",
            ]),
        library("RDServer", ["RDPostgres", "RDProcess", "RDBytes"]),
        library("RDAlert", ["RDSchedule", "RDRecord", "RDBytes"]),
        library("RDAlertStore", ["RDAlert", "RDPostgres", "RDBytes"]),
        library("RDAlertChannel", ["RDAlertStore", "RDAlert", "RDPostgres", "RDProcess", "RDBytes", "CCurl"]),
        library(
            "RDConfig",
            ["RDAlert", "RDQuality", "RDSchedule", "RDRecord", "RDBytes", .product(name: "Yams", package: "Yams")]),
        library("RDGenerate", ["RDBytes"]),
        library("RDSchedule", ["RDBytes"]),
        library("RDChain", ["CRDChain", "RDProcess", "RDBytes"]),
        library("RDSupervise", ["CRDSupervise", "RDChain", "RDSchedule", "RDProcess", "RDRecord", "RDBytes"]),
        library("RDHistory", ["RDBytes"]),
        library("RDReport", ["RDHistory", "RDQuality", "RDPostgres", "RDRecord", "RDBytes"]),
        library("RDOpenLineage", ["RDLineage", "RDPostgres", "RDRecord", "RDProcess", "RDBytes"]),
        // Layer 3: what every executable shares.
        library("RDFilter", ["RDProcess", "RDRecord", "RDBytes", arguments]),
        library(
            "RDDatabaseOptions",
            ["RDWarehouse", "RDServer", "RDPostgres", "RDFilter", "RDProcess", "RDBytes", arguments]),
        library("RDQualityOptions", ["RDQuality", "RDFilter", arguments]),
        library("RDCleanOptions", ["RDClean", "RDQuality", "RDFilter", "RDProcess", "RDRecord", "RDBytes", arguments]),
        // Layer 4: the executables.
        tool("rd-ingest", ["RDIngest", "RDQualityOptions", "RDRecord", "RDProcess", "RDBytes"]),
        tool("rd-clean", ["RDCleanOptions", "RDQualityOptions", "RDClean"]),
        tool("rd-transform", ["RDTransform", "RDQualityOptions", "RDRecord", "RDProcess"]),
        tool(
            "rd-load",
            [
                "RDBytes", "RDWarehouse", "RDServer", "RDCleanOptions", "RDQualityOptions", "RDQuality", "RDClean",
                "RDTransform", "RDOpenLineage", "RDLineage", "RDRecord", "RDProcess", "RDPostgres",
            ]),
        tool("rd-db", ["RDDatabaseOptions", "RDWarehouse", "RDServer", "RDProcess", "RDPostgres", "RDBytes"]),
        tool("rd-version", ["RDDatabaseOptions", "RDWarehouse", "RDRecord", "RDProcess", "RDPostgres", "RDBytes"]),
        tool("rd-gen", ["RDGenerate", "RDProcess", "RDBytes"]),
        tool(
            "rd-quality",
            [
                "RDDatabaseOptions", "RDWarehouse", "RDReport", "RDHistory", "RDQuality", "RDQualityOptions",
                "RDLineage", "RDIngest", "RDPostgres", "RDRecord", "RDProcess", "RDBytes",
            ]),
        tool(
            "rd-alert",
            [
                "RDAlertChannel", "RDAlertStore", "RDAlert", "RDSchedule", "RDDatabaseOptions", "RDRecord",
                "RDPostgres",
                "RDProcess", "RDBytes",
            ]),
        tool("rd-config", ["RDConfig", "RDProcess", "RDBytes"]),
        tool("rd-logs", ["RDRecord", "RDProcess", "RDBytes"]),
        tool(
            "rd-lineage",
            ["RDOpenLineage", "RDLineage", "RDServer", "RDClean", "RDRecord", "RDProcess", "RDPostgres", "RDBytes"]),
        tool("rd-sched", ["RDChain", "RDSupervise", "RDSchedule", "RDProcess", "RDRecord", "RDBytes"]),
        // Tests, one target a library, and the suite from outside.
        .target(name: "RDTesting", dependencies: ["RDBytes"], path: "Tests/RDTesting", swiftSettings: settings),
        .executableTarget(
            name: "rd-fuzz",
            dependencies: [
                "RDIngest", "RDClean", "RDConfig", "RDFilter", "RDProcess", "RDRecord", "RDBytes", "RDTesting",
                arguments,
            ],
            path: "Tests/Fuzz", exclude: ["corpus", "run"], swiftSettings: settings),
        tests("RDBytesTests", ["RDBytes"]),
        tests("RDRecordTests", ["RDRecord", "RDBytes"]),
        tests("RDProcessTests", ["RDProcess", "RDBytes"]),
        tests("RDFilterTests", ["RDFilter", "RDProcess", "RDRecord", "RDBytes", arguments]),
        tests("RDPostgresTests", ["RDPostgres", "RDServer"]),
        tests("RDQualityTests", ["RDQuality", "RDConfig", "RDRecord", "RDBytes"]),
        tests("RDHistoryTests", ["RDHistory", "RDBytes"]),
        tests("RDAlertTests", ["RDAlert", "RDBytes"]),
        tests("RDReportTests", ["RDReport", "RDHistory"]),
        tests("RDIngestTests", ["RDIngest", "RDQuality", "RDConfig", "RDRecord", "RDBytes"]),
        tests("RDCleanTests", ["RDClean", "RDQuality", "RDConfig", "RDRecord", "RDBytes"]),
        tests("RDTransformTests", ["RDTransform", "RDQuality", "RDRecord", "RDBytes"]),
        tests("RDConfigTests", ["RDConfig", "RDBytes"]),
        tests("RDChainTests", ["RDChain", "RDProcess", "RDBytes"]),
        tests("RDScheduleTests", ["RDSchedule", "RDBytes"]),
        tests("RDSuperviseTests", ["RDSupervise", "RDChain", "RDSchedule", "RDProcess", "RDBytes"]),
        .testTarget(
            name: "RDGenerateTests", dependencies: ["RDGenerate", "RDBytes"], exclude: ["count_truth.py"],
            swiftSettings: settings),
        tests(
            "RDLineageTests",
            ["RDLineage", "RDIngest", "RDClean", "RDTransform", "RDConfig", "RDRecord", "RDProcess", "RDBytes"]),
        tests("RDOpenLineageTests", ["RDOpenLineage", "RDRecord", "RDProcess", "RDBytes"]),
        tests("RDWarehouseTests", ["RDWarehouse", "RDQuality", "RDServer"]),
    ]
)
