#include "CRDBytes.h"
void rd_placeholder(void) {}
