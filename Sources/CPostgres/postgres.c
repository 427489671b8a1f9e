#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
// Ours are for this program alone: what libpq calls of itself stays within it.
#pragma GCC visibility push(hidden)
#include "CPostgres.h"
#pragma GCC visibility pop

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void *library;
static char flaw[512];

static void load(void) {
    library = dlopen("libpq.so.5", RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL) snprintf(flaw, sizeof flaw, "%s", dlerror());
}

const char *rd_load_libpq(void) {
    pthread_once(&once, load);
    return library == NULL ? flaw : NULL;
}

static void *find(const char *name) { return rd_load_libpq() == NULL ? dlsym(library, name) : NULL; }

// A function of libpq's header that calls the one of the library; the compiler holds it against the header.
#define FORWARD(TYPE, NAME, PARAMETERS, ARGUMENTS)                                     \
    TYPE NAME PARAMETERS {                                                             \
        static _Atomic(void *) known;                                                  \
        void *function = atomic_load_explicit(&known, memory_order_relaxed);           \
        if (function == NULL) {                                                        \
            function = find(#NAME);                                                    \
            if (function == NULL) return (TYPE)0;                                      \
            atomic_store_explicit(&known, function, memory_order_relaxed);             \
        }                                                                              \
        return ((TYPE(*) PARAMETERS)function)ARGUMENTS;                                \
    }

// Sessions.
FORWARD(PGconn *, PQconnectStartParams, (const char *const *names, const char *const *values, int expand),
        (names, values, expand))
FORWARD(PostgresPollingStatusType, PQconnectPoll, (PGconn *session), (session))
FORWARD(void, PQfinish, (PGconn *session), (session))
FORWARD(int, PQsocket, (const PGconn *session), (session))
FORWARD(ConnStatusType, PQstatus, (const PGconn *session), (session))
FORWARD(int, PQbackendPID, (const PGconn *session), (session))
FORWARD(int, PQserverVersion, (const PGconn *session), (session))
FORWARD(const char *, PQparameterStatus, (const PGconn *session, const char *name), (session, name))
FORWARD(char *, PQdb, (const PGconn *session), (session))
FORWARD(char *, PQuser, (const PGconn *session), (session))
FORWARD(char *, PQhost, (const PGconn *session), (session))
FORWARD(char *, PQport, (const PGconn *session), (session))
FORWARD(char *, PQerrorMessage, (const PGconn *session), (session))
FORWARD(PGVerbosity, PQsetErrorVerbosity, (PGconn *session, PGVerbosity verbosity), (session, verbosity))
FORWARD(PQnoticeReceiver, PQsetNoticeReceiver, (PGconn *session, PQnoticeReceiver receiver, void *context),
        (session, receiver, context))
FORWARD(PGcancel *, PQgetCancel, (PGconn *session), (session))
FORWARD(void, PQfreeCancel, (PGcancel *cancel), (cancel))
FORWARD(int, PQcancel, (PGcancel *cancel, char *message, int size), (cancel, message, size))

// Connection strings.
FORWARD(PQconninfoOption *, PQconndefaults, (void), ())
FORWARD(PQconninfoOption *, PQconninfoParse, (const char *text, char **message), (text, message))
FORWARD(PQconninfoOption *, PQconninfo, (PGconn *session), (session))
FORWARD(void, PQconninfoFree, (PQconninfoOption *options), (options))

// Statements.
FORWARD(PGresult *, PQexec, (PGconn *session, const char *text), (session, text))
FORWARD(PGresult *, PQexecParams, (PGconn *session, const char *text, int count, const Oid *types,
        const char *const *values, const int *lengths, const int *formats, int format),
        (session, text, count, types, values, lengths, formats, format))
FORWARD(int, PQsendQueryParams, (PGconn *session, const char *text, int count, const Oid *types,
        const char *const *values, const int *lengths, const int *formats, int format),
        (session, text, count, types, values, lengths, formats, format))
FORWARD(PGresult *, PQgetResult, (PGconn *session), (session))
FORWARD(char *, PQescapeLiteral, (PGconn *session, const char *text, size_t size), (session, text, size))
FORWARD(char *, PQescapeIdentifier, (PGconn *session, const char *text, size_t size), (session, text, size))
FORWARD(int, PQputCopyData, (PGconn *session, const char *bytes, int size), (session, bytes, size))
FORWARD(int, PQputCopyEnd, (PGconn *session, const char *message), (session, message))
FORWARD(int, PQgetCopyData, (PGconn *session, char **bytes, int isAsync), (session, bytes, isAsync))

// Results.
FORWARD(ExecStatusType, PQresultStatus, (const PGresult *result), (result))
FORWARD(char *, PQresultErrorMessage, (const PGresult *result), (result))
FORWARD(char *, PQresultErrorField, (const PGresult *result, int field), (result, field))
FORWARD(int, PQntuples, (const PGresult *result), (result))
FORWARD(int, PQnfields, (const PGresult *result), (result))
FORWARD(char *, PQfname, (const PGresult *result, int column), (result, column))
FORWARD(char *, PQgetvalue, (const PGresult *result, int row, int column), (result, row, column))
FORWARD(int, PQgetlength, (const PGresult *result, int row, int column), (result, row, column))
FORWARD(int, PQgetisnull, (const PGresult *result, int row, int column), (result, row, column))
FORWARD(char *, PQcmdStatus, (PGresult *result), (result))
FORWARD(char *, PQcmdTuples, (PGresult *result), (result))
FORWARD(void, PQclear, (PGresult *result), (result))
FORWARD(void, PQfreemem, (void *memory), (memory))
