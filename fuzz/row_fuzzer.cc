// Stored rows: bytes are refused, or every column can be read.
#include "codec/row/stored_row.h"
#include "fuzz/fuzz.h"

namespace diotima {
namespace {

std::shared_ptr<RowLayout> MakeLayout() {
  auto layout = std::make_shared<RowLayout>();
  uint32_t id = kFirstUserColumnId;
  for (const char* type :
       {"int64", "bool", "uint64", "double", "string", "bytes", "timestamp", "date", "list<string>",
        "map<string,list<int64>>", "struct<a:int64,b:list<double>,c:bytes>"}) {
    layout->columns.push_back({id, "c" + std::to_string(id), *Type::Parse(type)});
    ++id;
  }
  layout->ids = {0};
  layout->fields = {"audio", "frames"};
  layout->projects = std::make_shared<std::vector<std::string>>(2);
  layout->MakeSchema();
  return layout;
}

}  // namespace
}  // namespace diotima

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace diotima;
  static const auto layout = MakeLayout();
  std::string key;
  AppendRowKeyPrefix({1, 1}, &key);
  AppendTupleValue(Value::Int64(7), &key);
  AppendRowKeySuffix(1, 0, &key);
  StoredRow row;
  if (!row.Load(layout.get(), key, Bytes(data, size))) return 0;
  Arena arena;
  for (size_t i = 0; i < row.schema().size(); ++i) arena.Copy(row.Get(i));
  std::string text;
  row.AppendDataVersion("frames", &text);
  row.AppendProvenance(&text);
  row.Clone();
  return 0;
}
