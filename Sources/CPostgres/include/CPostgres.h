// libpq, as its own header has it. Its functions are found when one of them is first called, and not when the program
// starts: with TLS, LDAP and Kerberos behind it, libpq takes longer to load than all else that a command does before it
// reads its first line, and --help, a flaw in the arguments or an empty stream need no database.
#ifndef CPOSTGRES_H
#define CPOSTGRES_H

#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else // where Debian has it
#include <postgresql/libpq-fe.h>
#endif

// Loads libpq where that has not been done: NULL, or why it cannot be loaded. Functions of a libpq that cannot be loaded
// do nothing and return 0 or NULL.
const char *rd_load_libpq(void);

#endif
