# What changes from one run of a golden case to the next, made alike before it is compared.
# Only what must differ belongs here: a rule that is too wide hides a defect.

# The identity of a run (UUID, any version).
s/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/RUN/g

s/"traceId":"[0-9a-f]{32}"/"traceId":"TRACE"/g

# The time of an event line, and how long a stage took.
s/"timestamp":"[^"]*"/"timestamp":"TIME"/g
s/"(ms|seconds|duration|rows_per_second)":[0-9.]+/"\1":0/g
s/[0-9][0-9.,]* ?[kM]? ?rows\/s/N rows\/s/g

# The pipe or file that a stage wrote to, and the one it read from.
s/"channel":"[^"]*"/"channel":"CHANNEL"/g
s/"input":"[^"]*"/"input":"CHANNEL"/g

# How long a run of a chain took.
s/ after [0-9]+ ms/ after N ms/g

# Processes, and PostgreSQL's minor version.
s/\b(pid|PID|process) [0-9]+/\1 N/g
s/PostgreSQL [0-9]+\.[0-9]+[^"]*/PostgreSQL N/g

# The folder of the case, the folder of the executables, and the checkout.
s#[^ "'=:]*/rd-cases\.[A-Za-z0-9_]+/[^/ "':;,]+#CASE#g
s#[^ "'=:]*/\.build(-release)?/([a-z0-9_-]+/)?(debug|release)#BIN#g
# Where a cut falls depends on the numbers of the pipes in the open line.
s/a control line is not JSON: byte [0-9]* should be [^;]*;/a control line is not JSON: byte N should be SOMETHING;/
