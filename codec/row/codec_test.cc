// Rows to bytes and back: every type, every form of hashes, damaged bytes, and what other programs
// see with the schema that `diotima schema` prints.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "codec/base/test_status.h"
#include "codec/row/encoder.h"
#include "codec/row/nested.h"
#include "codec/row/stored_row.h"

namespace diotima {
namespace {

constexpr int64_t kTime = 1700000000000000;

const std::vector<std::string> kTypes = {"int64",
                                         "bool",
                                         "uint64",
                                         "double",
                                         "string",
                                         "bytes",
                                         "timestamp",
                                         "date",
                                         "list<string>",
                                         "map<string,int64>",
                                         "struct<a:int64,b:list<double>,c:bytes>"};

std::shared_ptr<RowLayout> MakeLayout(Hasher hasher) {
  auto layout = std::make_shared<RowLayout>();
  uint32_t id = kFirstUserColumnId;
  for (const auto& type : kTypes) {
    layout->columns.push_back({id, "c" + std::to_string(id), *Type::Parse(type)});
    ++id;
  }
  layout->ids = {0};
  layout->fields = {"audio", "frames"};
  layout->feature_version = "v1";
  layout->hasher = hasher;
  layout->projects = std::make_shared<std::vector<std::string>>(
      std::vector<std::string>{"", "project one", "project two"});
  layout->MakeSchema();
  return layout;
}

// Makes a layout of columns whole: the first is the id, and there is one field.
void Complete(RowLayout* layout) {
  layout->ids = {0};
  layout->fields = {"content"};
  layout->feature_version = "v1";
  layout->projects = std::make_shared<std::vector<std::string>>(2);
  layout->MakeSchema();
}

class RandomRows {
 public:
  explicit RandomRows(uint64_t seed) : random_(seed) {}

  int Int(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool Chance(int percent) { return Int(1, 100) <= percent; }

  std::string_view Text() {
    std::string text(static_cast<size_t>(Int(0, 12)), '\0');
    for (char& c : text) c = static_cast<char>(Int(0, 127));
    return arena_.Copy(text);
  }

  Value Cell(const Type& type) {
    if (Chance(15)) return Value::Null();
    const auto bits = static_cast<int64_t>(random_());
    switch (type.kind()) {
      case Kind::kBool:
        return Value::Bool(Chance(50));
      case Kind::kInt64:
        return Value::Int64(bits >> Int(0, 63));
      case Kind::kUint64:
        return Value::Uint64(static_cast<uint64_t>(bits));
      case Kind::kDouble:
        return Value::Double(std::bit_cast<double>(bits));
      case Kind::kString:
        return Value::String(Text());
      case Kind::kBytes:
        return Value::Bytes(Text());
      case Kind::kTimestamp:
        return Value::Timestamp(bits);
      case Kind::kDate:
        return Value::Date(static_cast<int32_t>(bits));
      case Kind::kList: {
        const auto size = static_cast<size_t>(Int(0, 4));
        Value* items = arena_.AllocateValues(size);
        for (size_t i = 0; i < size; ++i) items[i] = Cell(type.element());
        return Value::List(items, size);
      }
      case Kind::kMap: {  // in an order that no sorting would give
        const auto size = static_cast<size_t>(Int(0, 4));
        Value* items = arena_.AllocateValues(2 * size);
        for (size_t i = 0; i < size; ++i) {
          items[2 * i] = Value::String(arena_.Copy(std::string(1, "zaby"[i])));
          items[2 * i + 1] = Cell(type.value());
        }
        return Value::Map(items, size);
      }
      default: {
        Value* items = arena_.AllocateValues(2 * type.members().size());
        for (size_t i = 0; i < type.members().size(); ++i) {
          items[2 * i] = Value::String(arena_.Copy(type.members()[i].name));
          items[2 * i + 1] = Cell(type.members()[i].type);
        }
        return Value::Struct(items, type.members().size());
      }
    }
  }

  // All of a row's forms: numbers, texts, entries with names, null.
  Value Hashes(const Hasher& hasher) {
    if (Chance(10)) return Value::Null();
    const bool odd = Chance(25);
    Value* items = arena_.AllocateValues(4);
    const char* names[2] = {"audio", "frames"};
    for (size_t i = 0; i < 2; ++i) {
      items[2 * i] = Value::String(odd && Chance(50) ? Text() : names[i]);
      items[2 * i + 1] = Value::String(arena_.Copy(hasher.Hash(Text())));
      if (odd && Chance(30)) items[2 * i + 1] = Value::Null();
      if (Chance(10)) items[2 * i + 1] = Value::String(Text());
    }
    if (items[0] == items[2]) return Value::Map(items, 1);
    return Value::Map(items, 2);
  }

  CompleteRow Row(const RowLayout& layout) {
    CompleteRow row;
    for (const auto& column : layout.columns) row.cells.push_back(Cell(column.type));
    for (size_t id : layout.ids) {
      while (row.cells[id].null()) row.cells[id] = Cell(layout.columns[id].type);
    }
    auto maybe = [&](const Value& value) { return Chance(50) ? value : Value::Absent(); };
    row.provenance_by_field = Hashes(layout.hasher);
    row.provenance = Chance(20) ? Value::Null() : Value::String(Text());
    if (Chance(50)) row.provenance = Value::String(arena_.Copy(layout.hasher.Hash("x")));
    row.data_version_by_field = maybe(Hashes(layout.hasher));
    row.data_version = maybe(Value::String(Text()));
    row.deleted = Chance(30);
    row.created_at = maybe(Value::Timestamp(Int(-1000, 1000)));
    row.updated_at = maybe(Value::Timestamp(Int(-1000, 1000)));
    row.materialization_id = maybe(Value::String(Text()));
    row.project = static_cast<uint32_t>(Int(0, 2));
    return row;
  }

 private:
  std::mt19937_64 random_;
  Arena arena_;
};

std::string KeyOf(const RowLayout& layout, const CompleteRow& row) {
  std::string key;
  AppendRowKeyPrefix({1, 1}, &key);
  RowEncoder(&layout).AppendSample(row, &key);
  AppendRowKeySuffix(kTime, 0, &key);
  return key;
}

// The same entries, in whatever order: the usual forms take that of the fields.
void ExpectSameHashes(const Value& a, const Value& b) {
  ASSERT_EQ(a.null(), b.null());
  if (a.null()) return;
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a.entry_value(i), b.Find(a.entry_key(i).unchecked_text()))
        << a.entry_key(i).unchecked_text();
  }
}

TEST(RowCodecTest, RandomRowsComeBack) {
  const std::vector<Hasher> hashers = {{HashAlgorithm::kXxHash64, 0},
                                       {HashAlgorithm::kXxHash32, 0},
                                       {HashAlgorithm::kXxHash64, 8},
                                       {HashAlgorithm::kSha256, 0},
                                       {HashAlgorithm::kMd5, 12}};
  for (const Hasher& hasher : hashers) {
    const auto layout = MakeLayout(hasher);
    RandomRows random(7);
    RowEncoder encoder(layout.get());
    StoredRow stored;
    for (int i = 0; i < 2000; ++i) {
      const CompleteRow row = random.Row(*layout);
      const std::string key = KeyOf(*layout, row);
      const std::string value(*encoder.Encode(row));
      ASSERT_TRUE(stored.Load(layout.get(), key, value));
      for (size_t c = 0; c < row.cells.size(); ++c) {
        EXPECT_EQ(stored.Get(c), row.cells[c]) << layout->columns[c].type.ToString();
      }
      ExpectSameHashes(row.provenance_by_field, stored.Get(kProvenanceByField));
      EXPECT_EQ(stored.Get(kProvenance), row.provenance);
      ExpectSameHashes(
          row.data_version_by_field.null() ? row.provenance_by_field : row.data_version_by_field,
          stored.Get(kDataVersionByField));
      EXPECT_EQ(stored.Get(kDataVersion),
                row.data_version.absent() ? row.provenance : row.data_version);
      EXPECT_EQ(stored.Get(kFeatureVersion).unchecked_text(), "v1");
      EXPECT_EQ(stored.Get(kProjectVersion).unchecked_text(), (*layout->projects)[row.project]);
      const Value time = Value::Timestamp(kTime);
      EXPECT_EQ(stored.Get(kCreatedAt), row.created_at.null() ? time : row.created_at);
      EXPECT_EQ(stored.Get(kUpdatedAt), row.updated_at.null() ? time : row.updated_at);
      EXPECT_EQ(stored.Get(kDeletedAt), row.deleted ? time : Value::Null());
      EXPECT_EQ(stored.Get(kMaterializationId), row.materialization_id);
      if (HasFailure()) return;
    }
  }
}

void ReadAll(const StoredRow& row) {
  Arena arena;
  for (size_t i = 0; i < row.schema().size(); ++i) arena.Copy(row.Get(i));
  std::string text;
  row.AppendDataVersion("audio", &text);
  row.AppendProvenance(&text);
  std::vector<Value> ids;
  (void)row.Ids(&ids);
}

// Sanitizers say whether anything is read that is not there.
TEST(RowCodecTest, DamagedBytesAreRefusedOrReadInBounds) {
  const auto layout = MakeLayout({});
  RandomRows random(11);
  RowEncoder encoder(layout.get());
  StoredRow stored;
  int refused = 0;
  constexpr int kMutations = 100000;
  std::string key, value;
  for (int i = 0; i < kMutations; ++i) {
    if (i % 100 == 0) {
      const CompleteRow row = random.Row(*layout);
      key = KeyOf(*layout, row);
      value = *encoder.Encode(row);
    }
    std::string damaged = value;
    for (int flips = random.Int(1, 4); flips > 0; --flips) {
      damaged[static_cast<size_t>(random.Int(0, static_cast<int>(damaged.size()) - 1))] =
          static_cast<char>(random.Int(0, 255));
    }
    if (random.Chance(20))
      damaged.resize(static_cast<size_t>(random.Int(0, static_cast<int>(damaged.size()))));
    // In a block of its own size, so that a step past the end is seen.
    const std::unique_ptr<char[]> block(new char[damaged.size()]);
    std::copy(damaged.begin(), damaged.end(), block.get());
    std::string damaged_key = key;
    if (random.Chance(10)) {
      damaged_key.resize(static_cast<size_t>(random.Int(0, static_cast<int>(key.size()))));
    }
    if (stored.Load(layout.get(), damaged_key, {block.get(), damaged.size()})) {
      ReadAll(stored);
    } else {
      ++refused;
    }
  }
  EXPECT_GT(refused, kMutations / 10);
}

// The offset of the root leads out of the bytes; the bytes look like a table at their very start.
TEST(RowCodecTest, ARootOutsideIsRefused) {
  const auto layout = MakeLayout({});
  RandomRows random(1);
  const std::string key = KeyOf(*layout, random.Row(*layout));
  std::string bytes(126, '\0');
  bytes.replace(0, 4, "\xd4\xff\xff\xff");
  bytes.replace(44, 4, std::string("\x04\0\x20\0", 4));
  StoredRow stored;
  EXPECT_FALSE(stored.Load(layout.get(), key, bytes));
}

// The most that fits can be read, also when it is marked deleted later; one cell more is refused.
// Wherever the bytes begin, and wherever the arena goes on. FlatBuffers keeps its loads from UBSan,
// so the place of a text tells where the bytes were read.
TEST(RowCodecTest, NestedValuesAreDecodedFromAlignedBytes) {
  const Value items[] = {Value::String("first"), Value::String("second")};
  const auto encoded = EncodeNested(Value::List(items, 2));
  const Type type = Type::List(Type(Kind::kString));
  const std::string_view plain(reinterpret_cast<const char*>(encoded.data()), encoded.size());
  const size_t place = plain.find("first");
  for (size_t skip = 0; skip < 8; ++skip) {
    const std::string text = std::string(skip, ' ') + std::string(plain);
    const std::string_view bytes = std::string_view(text).substr(skip);
    EXPECT_TRUE(VerifyNested(bytes));
    for (size_t used = 0; used < 8; ++used) {
      Arena arena;
      if (used > 0) arena.Allocate(used, 1);
      const Value decoded = DecodeNested(bytes, type, &arena);
      EXPECT_EQ(decoded, Value::List(items, 2));
      EXPECT_EQ(reinterpret_cast<uintptr_t>(decoded[0].unchecked_text().data() - place) % 8, 0u);
    }
  }
}

TEST(RowCodecTest, RowsAreRefusedBeyondTheirLimits) {
  for (const Kind kind : {Kind::kDouble, Kind::kString, Kind::kBool}) {
    SCOPED_TRACE(KindName(kind));
    const size_t width = kind == Kind::kDouble ? 8 : kind == Kind::kString ? 4 : 1;
    RowLayout layout;
    layout.columns = {{kFirstUserColumnId, "id", Type(Kind::kInt64)}};
    for (uint32_t i = 1; i <= std::min<size_t>(kMaxTableBytes / width, 29'000); ++i) {
      layout.columns.push_back({kFirstUserColumnId + i, "c" + std::to_string(i), Type(kind)});
    }
    Complete(&layout);
    CompleteRow row;
    row.cells.assign(layout.columns.size(), Value::Null());
    row.cells[0] = Value::Int64(1);
    RowEncoder encoder(&layout);
    size_t most = 0;
    for (size_t i = 1; i < row.cells.size(); ++i) {
      row.cells[i] = kind == Kind::kDouble   ? Value::Double(0.5)
                     : kind == Kind::kString ? Value::String("t")
                                             : Value::Bool(true);
      if (i + 40 < row.cells.size() && i > 1) continue;
      if (!encoder.Encode(row).ok()) break;
      most = i;
    }
    ASSERT_GT(most, 1u);
    if (kind != Kind::kBool) {
      ASSERT_LT(most + 1, row.cells.size());
      EXPECT_NE(encoder.Encode(row).status().message().find("too many cells"), std::string::npos);
      row.cells[most + 1] = Value::Null();
    }
    row.deleted = true;
    row.created_at = row.updated_at = row.committed_at = Value::Timestamp(1);
    row.provenance = row.materialization_id = Value::String("x");
    row.data_version = Value::String("y");
    row.project = 1;
    const auto value = encoder.Encode(row);
    ASSERT_OK(value);
    const std::string key = KeyOf(layout, row);
    StoredRow stored;
    ASSERT_TRUE(stored.Load(&layout, key, *value));
    for (size_t i = 1; i <= most; ++i) EXPECT_EQ(stored.Get(i), row.cells[i]) << i;
  }
}

TEST(RowCodecTest, KeysAreRefusedBeyondTheirLimit) {
  const auto layout = MakeLayout({});
  CompleteRow row = RandomRows(1).Row(*layout);
  const std::string text(kMaxKeyBytes + 1, 'x');
  for (const size_t id : layout->ids) row.cells[id] = Value::String(text);
  const Status refused = RowEncoder(layout.get()).Encode(row).status();
  EXPECT_NE(refused.message().find("the key of the row"), std::string::npos) << refused.ToString();
}

TEST(RowCodecTest, FlatcDecodesARowWithThePrintedSchema) {
  ASSERT_EQ(std::system("flatc --version > /dev/null 2>&1"), 0) << "flatc is needed to build, too";
  const auto layout = MakeLayout({});
  CompleteRow row;
  row.cells.assign(layout->columns.size(), Value::Null());
  row.cells[0] = Value::Int64(7);
  row.cells[1] = Value::Bool(false);
  row.cells[2] = Value::Uint64(UINT64_MAX);
  row.cells[3] = Value::Double(0.5);
  row.cells[4] = Value::String("text");
  row.cells[7] = Value::Date(-3);
  const Value list[] = {Value::String("x"), Value::String("y")};
  row.cells[8] = Value::List(list, 2);
  const Value hashes[] = {Value::String("audio"), Value::String("17"), Value::String("frames"),
                          Value::String("18446744073709551615")};
  row.provenance_by_field = Value::Map(hashes, 2);
  row.provenance = Value::String("99");
  RowEncoder encoder(layout.get());

  namespace fs = std::filesystem;
  std::string directory = (fs::temp_directory_path() / "diotima-flatc-XXXXXX").string();
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  std::ofstream(directory + "/row.fbs") << FlatBuffersSchema(*layout, "a/b");
  std::ofstream(directory + "/row.bin") << *encoder.Encode(row);
  const std::string command =
      "cd '" + directory + "' && flatc --json --strict-json --raw-binary row.fbs -- row.bin";
  EXPECT_EQ(std::system(command.c_str()), 0);
  std::ifstream file(directory + "/row.json");
  const std::string json((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  fs::remove_all(directory);
  for (const char* text :
       {"\"c33\": false", "\"c34\": 18446744073709551615", "\"c35\": 0.5", "\"c36\": \"text\"",
        "\"c39\": -3", "\"row_provenance\": 99", "18446744073709551615"}) {
    EXPECT_NE(json.find(text), std::string::npos) << text << " in " << json;
  }
  EXPECT_EQ(json.find("c32"), std::string::npos) << "ids are in the key";
  EXPECT_EQ(json.find("c37"), std::string::npos) << "nulls are absent";
}

std::string Hex(std::string_view bytes) {
  std::string out;
  for (unsigned char c : bytes) {
    out += "0123456789abcdef"[c >> 4];
    out += "0123456789abcdef"[c & 15];
  }
  return out;
}

// The examples of docs/format.md.
TEST(RowCodecTest, DocumentedBytes) {
  RowLayout layout;
  layout.columns = {{32, "id", *Type::Parse("string")}, {33, "size", *Type::Parse("int64")}};
  Complete(&layout);
  CompleteRow row;
  row.cells = {Value::String("a"), Value::Int64(5)};
  const Value hashes[] = {Value::String("content"), Value::String("17")};
  row.provenance_by_field = Value::Map(hashes, 1);
  row.provenance = Value::String("18");
  row.project = 1;
  std::string key;
  AppendRowKeyPrefix({1, 2}, &key);
  RowEncoder encoder(&layout);
  encoder.AppendSample(row, &key);
  AppendRowKeySuffix(kTime, 0, &key);
  std::ifstream file(DIOTIMA_FORMAT_DOC);
  const std::string doc((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  for (const std::string& bytes : {Hex(key), Hex(*encoder.Encode(row))}) {
    // As the page breaks them: in groups of eight bytes, two groups a line.
    std::string text;
    for (size_t i = 0; i < bytes.size(); i += 16) {
      if (i > 0) text += i % 32 == 0 ? "\n    " : " ";
      text += bytes.substr(i, 16);
    }
    EXPECT_NE(doc.find(text), std::string::npos) << "docs/format.md should have\n" << text;
  }
}

}  // namespace
}  // namespace diotima
