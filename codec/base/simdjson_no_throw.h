// simdjson without the conversions that throw: what may fail must be asked.
#pragma once

#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>
