// Filters: text is refused, or runs on rows of all types.
#include <diotima/filter.h>

#include "codec/base/vector_row.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace diotima;
  static const Schema schema({{"i", *Type::Parse("int64")},
                              {"u", *Type::Parse("uint64")},
                              {"d", *Type::Parse("double")},
                              {"s", *Type::Parse("string")},
                              {"b", *Type::Parse("bool")},
                              {"t", *Type::Parse("timestamp")},
                              {"y", *Type::Parse("date")},
                              {"m", *Type::Parse("map<string,string>")}});
  static const Value entries[] = {Value::String("k"), Value::String("v")};
  static const VectorRow row(
      &schema, {Value::Int64(1), Value::Uint64(UINT64_MAX), Value::Double(0.5), Value::String("x"),
                Value::Bool(true), Value::Timestamp(0), Value::Date(0), Value::Map(entries, 1)});
  static const VectorRow nulls(&schema, {});
  const auto filter = Filter::Parse(Bytes(data, size));
  if (!filter.ok()) return 0;
  const auto bound = filter->Bind(schema);
  if (!bound.ok()) return 0;
  (void)bound->Matches(row);
  (void)bound->Matches(nulls);
  return 0;
}
