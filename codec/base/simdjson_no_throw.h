// Includes simdjson without the conversions that throw.
#pragma once

#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>
