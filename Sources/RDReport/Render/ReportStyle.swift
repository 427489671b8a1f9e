/// How the page looks, light and dark, on paper too.
let reportStyle = """
    :root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#17202b;--soft:#5a6675;--line:#dfe3e9;--accent:#1f5fbf;
    --accent-ink:#fff;--band:#1f5fbf26;--pass:#1a7f4b;--warn:#9a5b00;--fail:#c0272d;--odd:#7a3fb0;
    --pass-soft:#e3f4ea;--warn-soft:#fdf0d8;--fail-soft:#fde6e6;--odd-soft:#f1e8fa;--mute-soft:#eceff3}
    @media(prefers-color-scheme:dark){:root{--page:#10151c;--card:#18202a;--ink:#e7ecf2;--soft:#9aa7b6;--line:#2b3643;
    --accent:#6ea8ff;--accent-ink:#0b1420;--band:#6ea8ff2e;--pass:#5fd08f;--warn:#f0b450;--fail:#ff7b7b;--odd:#c79bf2;
    --pass-soft:#173426;--warn-soft:#382a10;--fail-soft:#3d1b1e;--odd-soft:#2d2140;--mute-soft:#232d39}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,
    "Noto Sans","DejaVu Sans",sans-serif}
    .wrap{max-width:1280px;margin:0 auto;padding:0 24px}
    header.wrap{padding:28px 24px 12px}
    .brand{margin:0;color:var(--soft);font-size:13px;letter-spacing:.04em}
    h1{margin:6px 0 4px;font-size:30px;line-height:1.2;display:flex;gap:14px;align-items:center}
    h2{margin:0 0 4px;font-size:19px}
    p{margin:4px 0 10px}.lead,.sub{color:var(--soft);overflow-wrap:anywhere}
    .seal{flex:none;width:34px;height:34px;border-radius:50%;display:grid;place-items:center;font-size:18px;color:#fff}
    .seal.pass{background:#1a7f4b}.seal.warn{background:#b36a00}.seal.fail{background:#c0272d}
    .seal.odd{background:#7a3fb0}.seal.mute{background:#6b7785}
    nav{position:sticky;top:0;z-index:2;background:var(--page);border-bottom:1px solid var(--line);margin-bottom:18px}
    nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:0 auto;padding:10px 24px;max-width:1280px}
    a{color:var(--accent);text-decoration:none}a:hover,a:focus{text-decoration:underline}
    .keys{display:grid;grid-template-columns:repeat(auto-fit,minmax(168px,1fr));gap:12px;margin:14px 0 18px;padding:0}
    .key{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 14px}
    .key dt{color:var(--soft);font-size:13px}.key dd{margin:0}
    .key .value{font-size:24px;font-weight:650;font-variant-numeric:tabular-nums;line-height:1.25}
    .key .note{font-size:12.5px;color:var(--soft)}
    .key .note.fail{color:var(--fail)}.key .note.warn{color:var(--warn)}.key .note.odd{color:var(--odd)}
    section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:18px 20px;margin:0 0 18px;
    scroll-margin-top:60px}
    .scroll{overflow-x:auto;margin-top:10px}
    table{border-collapse:collapse;width:100%;font-size:13.5px}
    caption{text-align:left;color:var(--soft);font-size:13px;padding:0 0 6px}
    th,td{padding:6px 10px;border-bottom:1px solid var(--line);text-align:left;vertical-align:middle}
    thead th{color:var(--soft);font-weight:600;font-size:12.5px;white-space:nowrap;border-bottom-width:2px}
    tbody th{font-weight:500}tbody tr:last-child>*{border-bottom:0}tbody tr:hover>*{background:var(--mute-soft)}
    .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    .t{white-space:nowrap}td.wide{min-width:260px;overflow-wrap:anywhere}
    code{font:12.5px/1.45 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
    .tag{display:inline-block;border-radius:6px;padding:0 7px;font-weight:600;white-space:nowrap}
    .tag.pass{color:var(--pass);background:var(--pass-soft)}.tag.warn{color:var(--warn);background:var(--warn-soft)}
    .tag.fail{color:var(--fail);background:var(--fail-soft)}.tag.odd{color:var(--odd);background:var(--odd-soft)}
    .mute{color:var(--soft)}
    .bar{display:inline-block;vertical-align:middle;width:90px;height:8px;margin-right:10px;border-radius:4px;
    background:var(--mute-soft);overflow:hidden}.bar i{display:block;height:100%;background:var(--accent);border-radius:4px}
    .bar.less i{background:var(--warn)}
    details>summary{cursor:pointer;color:var(--accent);margin-top:10px;font-size:13.5px}
    svg{display:block;max-width:100%;height:auto}svg text{fill:var(--soft);font:12px system-ui,"DejaVu Sans",sans-serif}
    .spark{width:168px;height:40px;max-width:none}.band{fill:var(--band)}
    .course{fill:none;stroke:var(--accent);stroke-width:1.5;stroke-linejoin:round}
    .limit{fill:none;stroke-width:1;stroke-dasharray:4 3}.limit.warn{stroke:var(--warn)}.limit.fail{stroke:var(--fail)}
    circle.last{fill:var(--accent)}circle.warn{fill:var(--warn)}circle.fail{fill:var(--fail)}circle.odd{fill:var(--odd)}
    .days{width:100%;min-width:640px}.days rect.pass{fill:var(--accent);fill-opacity:.55}
    .days .warn{fill:var(--warn)}.days .fail{fill:var(--fail)}.days .odd{fill:var(--odd)}
    .days .stroke{fill:none;stroke:var(--fail);stroke-width:2.2}.grid{stroke:var(--line);fill:none}
    .heat{width:100%;min-width:640px}.heat rect{fill:var(--accent)}.heat text.on{fill:var(--ink)}
    .heat text.over{fill:var(--accent-ink)}
    .legend{display:flex;flex-wrap:wrap;gap:4px 18px;color:var(--soft);font-size:12.5px;margin:6px 0 0;padding:0;
    list-style:none}.legend b{font-weight:600}
    .legend .warn{color:var(--warn)}.legend .fail{color:var(--fail)}.legend .odd{color:var(--odd)}
    .legend .pass{color:var(--accent)}
    footer.wrap{color:var(--soft);font-size:12.5px;padding:4px 24px 36px}
    @media print{nav{display:none}body{background:#fff}section{break-inside:avoid;border-color:#ccc}}
    @media(max-width:640px){.wrap,header.wrap,footer.wrap{padding-left:12px;padding-right:12px}section{padding:14px 12px}h1{font-size:24px}nav{position:static}nav ul{padding:8px 12px}}
    """
