# JSON Lines to facts with jq, which reads no CSV: what comes is what Miller made of that. Run with -n -c.
{
    "POST": "postage", "DOT": "postage", "C2": "postage", "BANK CHARGES": "fee", "AMAZONFEE": "fee", "CRUK": "fee",
    "M": "manual", "m": "manual", "ADJUST": "adjustment", "ADJUST2": "adjustment", "B": "adjustment",
    "D": "discount", "S": "sample"
} as $special
| foreach inputs as $r (
    {};
    # setpath and not an assignment: that would copy the whole state each time.
    ($r.invoice_no + "|" + $r.stock_code) as $key | setpath([$key]; 1 + getpath([$key]));
    select(getpath([$r.invoice_no + "|" + $r.stock_code]) == 1)
    | ($r.quantity * $r.unit_price * 10000 | round / 10000) as $net
    | {
        invoice_no: $r.invoice_no,
        stock_code: $r.stock_code,
        description: (
            if $r.description == "" then "Unknown"
            else $r.description
                | if startswith(" ") or endswith(" ") then sub("^ +"; "") | sub(" +$"; "") else . end
            end),
        customer_id: (if $r.customer_id == "" then "GUEST" else $r.customer_id end),
        country: (if $r.country == "" then "Unspecified" else $r.country end),
        transaction_datetime: $r.invoice_date,
        date_key: ($r.invoice_date | .[0:4] + .[5:7] + .[8:10] | tonumber),
        quantity: ($r.quantity | fabs),
        unit_price: ($r.unit_price | fabs),
        line_total: ($net | fabs),
        net_amount: $net,
        transaction_type: (
            $r.invoice_no[0:1] as $letter
            | if $letter == "C" then "return"
              elif $letter == "A" or ($r.quantity < 0 and $r.unit_price == 0) then "adjustment"
              elif $special[$r.stock_code] then $special[$r.stock_code]
              elif $r.stock_code | startswith("gift_") then "voucher"
              elif $r.quantity < 0 then "return"
              else "sale" end)
      }
  )
