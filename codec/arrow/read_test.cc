// Every type of Arrow as values, and every way in which an array can be wrong that can be told.
#include <diotima/arrow_import.h>
#include <diotima/text.h>

#include "codec/arrow/test_part.h"
#include "codec/base/test_status.h"

namespace diotima {
namespace {

using std::nullopt;

// The kinds of the first column's values (each once) and the values as JSON, or the error.
std::string ReadAll(const ArrowBatches& batches) {
  ArrowArrayStream stream;
  batches.Export(&stream);
  auto reader = ReadArrow(&stream);
  EXPECT_EQ(stream.release, nullptr);
  if (!reader.ok()) return reader.status().ToString();
  std::string kinds, values;
  RowBatch batch;
  for (;;) {
    auto more = (*reader)->Read(&batch);
    if (!more.ok()) return more.status().ToString();
    if (!*more) return kinds + values;
    for (size_t row = 0; row < batch.rows(); ++row) {
      const Value value = batch.Get(row, 0);
      const std::string kind(KindName(value.kind()));
      if (!value.null() && kinds.find(kind) == std::string::npos) kinds += kind;
      values += " ";
      AppendJson(value, &values);
    }
  }
}

std::string ReadColumn(ArrowPart column) {
  return ReadAll({.batches = {RecordBatch({std::move(column)})}});
}

void ExpectError(const ArrowPart& column, const std::string& code, const std::string& mentions) {
  const std::string error = ReadColumn(column);
  EXPECT_EQ(error.substr(0, code.size()), code) << error;
  EXPECT_NE(error.find(mentions), std::string::npos) << error << "\nlacks: " << mentions;
}

ArrowPart Int32s(std::string name, std::initializer_list<int32_t> numbers) {
  return {.format = "i",
          .name = std::move(name),
          .length = static_cast<int64_t>(numbers.size()),
          .buffers = {nullopt, Bytes(numbers)}};
}

ArrowPart Texts(std::string name, const std::vector<std::string>& texts) {
  std::string data, offsets = Bytes<int32_t>({0});
  for (const auto& text : texts) {
    data += text;
    offsets += Bytes({static_cast<int32_t>(data.size())});
  }
  return {.format = "u",
          .name = std::move(name),
          .length = static_cast<int64_t>(texts.size()),
          .buffers = {nullopt, offsets, data}};
}

TEST_F(ArrowTest, Integers) {
  auto read = [](const char* format, const std::string& data) {
    return ReadColumn({.format = format, .length = 2, .buffers = {nullopt, data}});
  };
  EXPECT_EQ(read("c", Bytes<int8_t>({-128, 127})), "int64 -128 127");
  EXPECT_EQ(read("C", Bytes<uint8_t>({0, 255})), "int64 0 255");
  EXPECT_EQ(read("s", Bytes<int16_t>({-32768, 1})), "int64 -32768 1");
  EXPECT_EQ(read("S", Bytes<uint16_t>({0, 65535})), "int64 0 65535");
  EXPECT_EQ(read("i", Bytes<int32_t>({INT32_MIN, 1})), "int64 -2147483648 1");
  EXPECT_EQ(read("I", Bytes<uint32_t>({UINT32_MAX, 1})), "int64 4294967295 1");
  EXPECT_EQ(read("l", Bytes<int64_t>({INT64_MIN, INT64_MAX})),
            "int64 -9223372036854775808 9223372036854775807");
  EXPECT_EQ(read("L", Bytes<uint64_t>({UINT64_MAX, 1})), "uint64 18446744073709551615 1");
}

TEST_F(ArrowTest, FloatingPoint) {
  EXPECT_EQ(
      ReadColumn({.format = "e",
                  .length = 9,
                  .buffers = {nullopt, Bytes<uint16_t>({0x3c00, 0xc000, 0x0001, 0x03ff, 0x0400,
                                                        0x7bff, 0x7c00, 0xfc00, 0x7e00})}}),
      "double 1.0 -2.0 5.960464477539063e-08 6.097555160522461e-05 6.103515625e-05 65504.0 "
      "\"Infinity\" \"-Infinity\" \"NaN\"");
  EXPECT_EQ(ReadColumn({.format = "f", .length = 2, .buffers = {nullopt, Bytes({0.5f, -1e30f})}}),
            "double 0.5 -1.0000000150474662e+30");
  EXPECT_EQ(ReadColumn({.format = "g", .length = 2, .buffers = {nullopt, Bytes({0.1, -0.0})}}),
            "double 0.1 -0.0");
}

TEST_F(ArrowTest, BoolsAndNullsWithOffsets) {
  EXPECT_EQ(ReadColumn({.format = "b",
                        .length = 9,
                        .buffers = {Bits("1110111111111"), Bits("0010101010111")},
                        .offset = 2}),
            "bool true null true false true false true false true");
  EXPECT_EQ(ReadColumn({.format = "i",
                        .length = 2,
                        .buffers = {Bits("0110"), Bytes<int32_t>({1, 2, 3, 4})},
                        .offset = 2}),
            "int64 3 null");
  // Without nulls a bitmap has no meaning, and without a bitmap there are none.
  EXPECT_EQ(
      ReadColumn(
          {.format = "i", .length = 1, .buffers = {Bits("0"), Bytes<int32_t>({1})}, .nulls = 0}),
      "int64 1");
  EXPECT_EQ(ReadColumn({.format = "n", .length = 2, .nulls = 2}), " null null");
}

TEST_F(ArrowTest, TextAndBytes) {
  EXPECT_EQ(ReadColumn(Texts("a", {"x", "", "été"})), "string \"x\" \"\" \"été\"");
  EXPECT_EQ(ReadColumn({.format = "U",
                        .length = 2,
                        .buffers = {nullopt, Bytes<int64_t>({7, 1, 3, 6}), "-abcdef"},
                        .offset = 1}),
            "string \"ab\" \"cde\"");
  EXPECT_EQ(ReadColumn({.format = "z",
                        .length = 2,
                        .buffers = {Bits("10"), Bytes<int32_t>({0, 2, 2}), "\xff\x01"}}),
            "bytes \"/wE=\" null");
  EXPECT_EQ(
      ReadColumn({.format = "Z", .length = 1, .buffers = {nullopt, Bytes<int64_t>({0, 1}), "a"}}),
      "bytes \"YQ==\"");
  EXPECT_EQ(ReadColumn({.format = "w:3", .length = 1, .buffers = {nullopt, "abcdef"}, .offset = 1}),
            "bytes \"ZGVm\"");
  EXPECT_EQ(ReadColumn({.format = "w:0", .length = 1, .buffers = {nullopt, nullopt}}),
            "bytes \"\"");
  // Where there is no text there need not be a buffer.
  EXPECT_EQ(
      ReadColumn(
          {.format = "u", .length = 2, .buffers = {nullopt, Bytes<int32_t>({0, 0, 0}), nullopt}}),
      "string \"\" \"\"");
}

std::string ViewOf(int32_t size, const std::string& begin, int32_t buffer, int32_t offset) {
  return Bytes({size}) + begin.substr(0, 4) + Bytes({buffer, offset});
}

TEST_F(ArrowTest, Views) {
  const std::string in_place = Bytes<int32_t>({12}) + "twelve bytes";
  const std::string views = in_place + ViewOf(13, "thir", 1, 2) + Bytes<int32_t>({0, 0, 0, 0});
  ArrowPart part{.format = "vu",
                 .length = 3,
                 .buffers = {nullopt, views, "", "..thirteen byte.", Bytes<int64_t>({0, 16})}};
  EXPECT_EQ(ReadColumn(part), "string \"twelve bytes\" \"thirteen byte\" \"\"");
  part.offset = 1;
  part.length = 1;
  part.format = "vz";
  EXPECT_EQ(ReadColumn(part), "bytes \"dGhpcnRlZW4gYnl0ZQ==\"");
  for (const std::string& wrong :
       {ViewOf(13, "thir", 2, 0), ViewOf(13, "thir", -1, 0), ViewOf(13, "thir", 1, 4),
        ViewOf(13, "thir", 1, -1), ViewOf(13, "thir", 0, 0), ViewOf(-1, "thir", 0, 0)}) {
    part.buffers[1] = in_place + wrong;
    ExpectError(part, "invalid_argument: row 1: column \"a\": its Arrow array is broken", "view");
  }
  EXPECT_EQ(ReadColumn({.format = "vu", .length = 1, .buffers = {nullopt, in_place, nullopt}}),
            "string \"twelve bytes\"");
}

TEST_F(ArrowTest, Times) {
  auto read = [](const char* format, int64_t time) {
    return ReadColumn({.format = format, .length = 1, .buffers = {nullopt, Bytes({time})}});
  };
  EXPECT_EQ(read("tss:", 1), "timestamp \"1970-01-01T00:00:01.000000Z\"");
  // Whatever the zone: it is that of a label.
  EXPECT_EQ(read("tsm:Europe/Berlin", -1), "timestamp \"1969-12-31T23:59:59.999000Z\"");
  EXPECT_EQ(read("tsu:+05:30", 1), "timestamp \"1970-01-01T00:00:00.000001Z\"");
  EXPECT_EQ(read("tsn:UTC", -1000), "timestamp \"1969-12-31T23:59:59.999999Z\"");
  EXPECT_EQ(read("tdm", -86'400'000), "date \"1969-12-31\"");
  EXPECT_EQ(ReadColumn({.format = "tdD", .length = 1, .buffers = {nullopt, Bytes<int32_t>({1})}}),
            "date \"1970-01-02\"");
}

TEST_F(ArrowTest, TimesThatDoNotFitAreNamedWithTheirRow) {
  auto fail = [](const char* format, int64_t time, const std::string& mentions) {
    // What is null is not looked at.
    ArrowPart first{
        .format = format, .length = 3, .buffers = {Bits("101"), Bytes<int64_t>({0, time, 0})}};
    ArrowPart second = first;
    second.buffers = {Bits("011"), Bytes<int64_t>({time, 0, time})};
    const std::string error = ReadAll({.batches = {RecordBatch({first}), RecordBatch({second})}});
    EXPECT_EQ(error.find("schema_mismatch: row 6: column \"a\": "), 0u) << error;
    EXPECT_NE(error.find(mentions), std::string::npos) << error;
  };
  fail("tdm", 86'400'001, "not midnight");
  fail("tdm", INT64_MAX / 86'400'000 * 86'400'000, "32 bits");
  fail("tsn:", 1001, "more than microseconds");
  fail("tsn:", -1, "more than microseconds");
  fail("tsm:", INT64_MAX, "64 bits");
  fail("tss:", INT64_MIN, "64 bits");
}

TEST_F(ArrowTest, Lists) {
  ArrowPart list{.format = "+l",
                 .length = 4,
                 .buffers = {Bits("1101"), Bytes<int32_t>({1, 3, 3, 4, 5})},
                 .children = {Int32s("item", {0, 1, 2, 3, 4})}};
  EXPECT_EQ(ReadColumn(list), "list [1,2] [] null [4]");
  ArrowPart sliced = list;
  sliced.offset = 2;
  sliced.length = 2;
  EXPECT_EQ(ReadColumn(sliced), "list null [4]");
  ArrowPart moved = list;
  moved.children[0] = {.format = "i",
                       .length = 5,
                       .buffers = {Bits("1111110"), Bytes<int32_t>({9, 9, 0, 1, 2, 3, 4})},
                       .offset = 2};
  EXPECT_EQ(ReadColumn(moved), "list [1,2] [] null [null]");
  ArrowPart large = list;
  large.format = "+L";
  large.buffers[1] = Bytes<int64_t>({0, 1, 2, 3, 4});
  EXPECT_EQ(ReadColumn(large), "list [0] [1] null [3]");
  ArrowPart fixed{.format = "+w:2",
                  .length = 2,
                  .buffers = {Bits("110")},
                  .children = {Int32s("item", {0, 1, 2, 3, 4, 5})},
                  .offset = 1};
  EXPECT_EQ(ReadColumn(fixed), "list [2,3] null");
  fixed.format = "+w:0";
  EXPECT_EQ(ReadColumn(fixed), "list [] null");
  ArrowPart nested{.format = "+l",
                   .length = 2,
                   .buffers = {nullopt, Bytes<int32_t>({0, 3, 4})},
                   .children = {list}};
  EXPECT_EQ(ReadColumn(nested), "list [[1,2],[],null] [[4]]");
}

// The last offset says where the text ends: nothing beyond it is read.
TEST_F(ArrowTest, TextsEndAtTheLastOffset) {
  const std::string text = "abcdef";
  const auto part = [&](const char* format, std::string offsets, std::string validity) {
    return ArrowPart{
        .format = format, .length = 3, .buffers = {Bits(validity), std::move(offsets), text}};
  };
  for (const char* format : {"u", "z"}) {
    for (const auto& offsets : {Bytes<int32_t>({0, 1'000'000, 4, 6}), Bytes<int32_t>({0, 2, 7, 6}),
                                Bytes<int32_t>({0, 2, 4, -1}), Bytes<int32_t>({-9, 2, 4, 6})}) {
      ExpectError(part(format, offsets, "111"), "invalid_argument",
                  "its offsets are not ascending");
    }
  }
  for (const char* format : {"U", "Z"}) {
    ExpectError(part(format, Bytes<int64_t>({0, int64_t{1} << 40, 4, 6}), "111"),
                "invalid_argument", "its offsets are not ascending");
  }
  // Between nulls too.
  ExpectError(part("u", Bytes<int32_t>({100, 200, 4, 6}), "101"), "invalid_argument",
              "its offsets are not ascending");
  EXPECT_EQ(ReadColumn(part("u", Bytes<int32_t>({0, 2, 2, 6}), "111")),
            "string \"ab\" \"\" \"cdef\"");
}

TEST_F(ArrowTest, Structs) {
  ArrowPart times{.format = "tsn:",
                  .name = "t",
                  .length = 4,
                  .buffers = {nullopt, Bytes<int64_t>({0, 1, 1000, 2000})}};
  ArrowPart part{.format = "+s",
                 .length = 3,
                 .buffers = {Bits("1011")},
                 .children = {Texts("s", {"x", "y", "z", "w"}), times}};
  // What is null as a whole may have anything in its members.
  EXPECT_EQ(ReadColumn(part),
            "struct {\"s\":\"x\",\"t\":\"1970-01-01T00:00:00.000000Z\"} null "
            "{\"s\":\"z\",\"t\":\"1970-01-01T00:00:00.000001Z\"}");
  part.offset = 3;
  part.length = 1;
  EXPECT_EQ(ReadColumn(part), "struct {\"s\":\"w\",\"t\":\"1970-01-01T00:00:00.000002Z\"}");
  part.offset = 0;
  part.length = 2;
  part.buffers[0] = nullopt;
  ExpectError(part, "schema_mismatch: row 2: column \"a.t\": ", "microseconds");
  EXPECT_EQ(ReadColumn({.format = "+s", .length = 2, .buffers = {Bits("10")}}), "struct {} null");
}

ArrowPart Map(std::vector<std::string> keys, ArrowPart values) {
  const auto length = static_cast<int64_t>(keys.size());
  return {.format = "+m",
          .length = 2,
          .buffers = {nullopt, Bytes<int32_t>({0, 2, 3})},
          .children = {{.format = "+s",
                        .name = "entries",
                        .length = length,
                        .buffers = {nullopt},
                        .children = {Texts("key", keys), std::move(values)}}}};
}

TEST_F(ArrowTest, MapsKeepTheirOrder) {
  ArrowPart map = Map({"z", "a", "m"}, Int32s("value", {1, 2, 3}));
  EXPECT_EQ(ReadColumn(map), "map {\"z\":1,\"a\":2} {\"m\":3}");
  map.offset = 1;
  map.length = 1;
  map.children[0].length = 2;
  map.children[0].offset = 1;
  map.buffers[1] = Bytes<int32_t>({9, 0, 2});
  EXPECT_EQ(ReadColumn(map), "map {\"a\":2,\"m\":3}");
  map.children[0].children[0].buffers[0] = Bits("101");
  ExpectError(map, "schema_mismatch: row 1: column \"a\": ", "a key of the map is null");
  map.children[0].length = 3;
  ExpectError(map, "invalid_argument", "column \"a\": its Arrow array is broken: it has more");
}

TEST_F(ArrowTest, Dictionaries) {
  auto words = std::make_shared<ArrowPart>(Texts("", {"x", "y", "z"}));
  words->buffers[0] = Bits("110");
  auto read = [&](const char* format, const std::string& indexes) {
    return ReadColumn({.format = format,
                       .length = 4,
                       .buffers = {Bits("11101"), indexes},
                       .dictionary = words,
                       .offset = 1});
  };
  const std::string expected = "string \"y\" null null \"x\"";
  EXPECT_EQ(read("c", Bytes<int8_t>({9, 1, 2, 77, 0})), expected);
  EXPECT_EQ(read("C", Bytes<uint8_t>({9, 1, 2, 77, 0})), expected);
  EXPECT_EQ(read("s", Bytes<int16_t>({9, 1, 2, 77, 0})), expected);
  EXPECT_EQ(read("S", Bytes<uint16_t>({9, 1, 2, 77, 0})), expected);
  EXPECT_EQ(read("i", Bytes<int32_t>({9, 1, 2, 77, 0})), expected);
  EXPECT_EQ(read("I", Bytes<uint32_t>({9, 1, 2, 77, 0})), expected);
  EXPECT_EQ(read("l", Bytes<int64_t>({9, 1, 2, 77, 0})), expected);
  EXPECT_EQ(read("L", Bytes<uint64_t>({9, 1, 2, 77, 0})), expected);
  for (int64_t wrong : {int64_t{3}, int64_t{-1}, INT64_MAX}) {
    ExpectError({.format = "l",
                 .length = 2,
                 .buffers = {nullopt, Bytes<int64_t>({0, wrong})},
                 .dictionary = words},
                "invalid_argument: row 2: column \"a\": ", "index is beyond its dictionary");
  }
  ArrowPart indexes{.format = "i",
                    .name = "item",
                    .length = 3,
                    .buffers = {nullopt, Bytes<int32_t>({1, 0, 1})},
                    .dictionary = words};
  EXPECT_EQ(ReadColumn({.format = "+l",
                        .length = 1,
                        .buffers = {nullopt, Bytes<int32_t>({0, 3})},
                        .children = {indexes}}),
            "list [\"y\",\"x\",\"y\"]");
  ExpectError({.format = "g", .length = 1, .buffers = {nullopt, Bytes({0.0})}, .dictionary = words},
              "invalid_argument: column \"a\": its Arrow schema is of a dictionary", "\"g\"");
}

TEST_F(ArrowTest, OtherTypesAreNamed) {
  auto refuse = [](const char* format, const std::string& mentions) {
    ExpectError({.format = format}, "schema_mismatch: column \"a\" is of the Arrow type", mentions);
  };
  refuse("d:10,2", "decimal (\"d:10,2\"), which cannot be stored: cast it");
  refuse("tts", "time of day");
  refuse("tDu", "duration");
  refuse("tiM", "interval");
  refuse("+us:0,1", "union");
  refuse("+r", "run-end encoded");
  refuse("+vl", "list view");
  refuse("q", "\"q\"");
  refuse("", "\"\"");
  refuse("tsx:", "\"tsx:\"");
  refuse("ts", "\"ts\"");
  refuse("w:", "\"w:\"");
  refuse("w:-1", "\"w:-1\"");
  ExpectError({.format = "+s", .children = {{.format = "d:3,1", .name = "b"}}},
              "schema_mismatch: column \"a.b\" is", "decimal");
  ArrowPart deep = Int32s("x", {1});
  for (int i = 0; i < 70; ++i) deep = {.format = "+l", .name = "x", .children = {deep}};
  ExpectError(deep, "schema_mismatch: column \"x.x.", "64 levels");
}

TEST_F(ArrowTest, BrokenSchemas) {
  auto read = [](const ArrowPart& batch) { return ReadAll({.batches = {batch}}); };
  EXPECT_NE(read(Int32s("a", {1})).find("is not one of record batches"), std::string::npos);
  EXPECT_EQ(read(RecordBatch({Int32s("b", {1}), Int32s("b", {1})})),
            "invalid_argument: the Arrow stream has the column \"b\" twice");
  EXPECT_EQ(read(RecordBatch({Int32s("b", {1}), Int32s("\xff", {1})})),
            "invalid_argument: the name of column 2 of the Arrow stream is not UTF-8");
  ExpectError({.format = "+l"}, "invalid_argument: column \"a\": its Arrow schema", "0 children");
  ExpectError({.format = "+w:x", .children = {Int32s("i", {})}},
              "invalid_argument: column \"a\": its Arrow schema", "+w:x");
  ExpectError({.format = "+m", .children = {Int32s("i", {})}},
              "invalid_argument: column \"a\": its Arrow schema", "no struct");
  ExpectError({.format = "+s", .children = {Int32s("i", {}), Int32s("i", {})}},
              "invalid_argument: column \"a\": its Arrow schema", "\"i\" twice");
}

TEST_F(ArrowTest, BrokenArrays) {
  const std::string broken = "invalid_argument: column \"a\": its Arrow array is broken: ";
  const ArrowPart good = Int32s("a", {1, 2});
  auto with = [](ArrowPart part, auto change) {
    change(part);
    // The record batch is right, whatever its column says.
    ArrowPart batch = RecordBatch({std::move(part)});
    batch.length = 2;
    return ReadAll({.batches = {batch}});
  };
  auto expect = [&](const std::string& error, const std::string& mentions) {
    EXPECT_EQ(error.substr(0, broken.size()), broken) << error;
    EXPECT_NE(error.find(mentions), std::string::npos) << error;
  };
  expect(with(good, [](auto& part) { part.length = -1; }), "length is -1");
  expect(with(good, [](auto& part) { part.offset = -1; }), "offset -1");
  expect(with(good, [](auto& part) { part.offset = INT64_MAX; }), "offset");
  expect(with(good, [](auto& part) { part.buffers.pop_back(); }), "1 buffers, its type has 2");
  expect(with(good, [](auto& part) { part.buffer_count = -1; }), "-1 buffers");
  expect(with(good, [](auto& part) { part.buffers[1] = nullopt; }), "a buffer is missing");
  expect(with({.format = "b", .length = 2, .buffers = {nullopt, nullopt}}, [](auto&) {}),
         "a buffer is missing");
  expect(with({.format = "w:1", .length = 2, .buffers = {nullopt, nullopt}}, [](auto&) {}),
         "a buffer is missing");
  expect(with({.format = "u", .length = 2, .buffers = {nullopt, nullopt, ""}}, [](auto&) {}),
         "a buffer is missing");
  expect(with({.format = "vu", .length = 2, .buffers = {nullopt, ""}}, [](auto&) {}),
         "2 buffers, its type has 3");
  expect(with({.format = "+l",
               .length = 2,
               .buffers = {nullopt, nullopt},
               .children = {Int32s("i", {})}},
              [](auto&) {}),
         "a buffer is missing");
  EXPECT_EQ(with(good, [](auto& part) { part.length = 1; }),
            "invalid_argument: after row 0, a record batch of the Arrow stream is broken: it has 2 "
            "rows, its column \"a\" has 1");
}

TEST_F(ArrowTest, BrokenOffsets) {
  auto fail = [](const char* format, std::initializer_list<int32_t> offsets,
                 std::vector<ArrowPart> children) {
    ArrowPart part{.format = format,
                   .length = 2,
                   .buffers = {nullopt, Bytes(offsets)},
                   .children = std::move(children)};
    if (part.children.empty()) part.buffers.emplace_back("abc");
    ExpectError(part, "invalid_argument: row ", "column \"a\": its Arrow array is broken: its off");
  };
  fail("u", {0, 2, 1}, {});
  fail("u", {-1, 0, 1}, {});
  fail("+l", {0, 2, 1}, {Int32s("i", {1, 2, 3})});
  fail("+l", {0, 2, 4}, {Int32s("i", {1, 2, 3})});
  fail("+l", {-1, 2, 3}, {Int32s("i", {1, 2, 3})});
  fail("+l", {0, 9, 3}, {Int32s("i", {1, 2, 3})});
  fail("+m", {0, 3, 2}, {Map({"a", "b", "c"}, Int32s("v", {1, 2, 3})).children[0]});
  ExpectError(
      {.format = "+w:2", .length = 2, .buffers = {nullopt}, .children = {Int32s("i", {1, 2, 3})}},
      "invalid_argument: row 2: column \"a\"", "beyond its child");
  ExpectError({.format = "+s", .length = 2, .buffers = {nullopt}, .children = {Int32s("i", {1})}},
              "invalid_argument: column \"a\"", "longer than its member \"i\"");
}

TEST_F(ArrowTest, BrokenRecordBatches) {
  const ArrowPart good = RecordBatch({Int32s("a", {1, 2})});
  auto second = [&](auto change) {
    ArrowPart batch = good;
    change(batch);
    return ReadAll({.batches = {good, batch}});
  };
  const std::string broken =
      "invalid_argument: after row 2, a record batch of the Arrow stream is broken: ";
  EXPECT_EQ(second([](auto& batch) { batch.length = -1; }),
            broken + "its length is -1, its offset 0");
  EXPECT_EQ(second([](auto& batch) { batch.children.clear(); }),
            broken + "it has 0 columns, the schema 1");
  EXPECT_EQ(second([](auto& batch) { batch.buffers.clear(); }),
            broken + "a struct has one buffer, it has 0");
  EXPECT_EQ(second([](auto& batch) { batch.buffers[0] = Bits("10"); }),
            broken + "its row 2 is null as a whole: rows are not null, only their cells");
  EXPECT_EQ(second([](auto& batch) { batch.buffers[0] = Bits("11"); }), "int64 1 2 1 2");
  EXPECT_EQ(second([](auto& batch) { batch.offset = 1, batch.length = 1; }), "int64 1 2 2");
  EXPECT_EQ(second([](auto& batch) { batch.offset = 1; }),
            broken + "it has 3 rows, its column \"a\" has 2");
}

TEST_F(ArrowTest, Streams) {
  ArrowPart batch = RecordBatch({Int32s("a", {1})});
  ArrowPart empty = RecordBatch({Int32s("a", {})});
  empty.children[0].buffers = {nullopt, nullopt};
  EXPECT_EQ(ReadAll({.batches = {empty, batch, empty, batch, empty}}), "int64 1 1");
  EXPECT_EQ(ReadAll({.batches = {empty}}), "");
  EXPECT_EQ(ReadAll({.batches = {batch}, .error = EINVAL, .message = "no more"}),
            "invalid_argument: the Arrow stream failed: no more");
  EXPECT_EQ(ReadAll({.batches = {batch}, .error = ENOSYS, .message = ""}),
            "not_supported: the Arrow stream failed: Function not implemented");
  EXPECT_EQ(ReadAll({.batches = {batch}, .error = EIO, .fail_schema = true}),
            "io_error: the Arrow stream failed: Input/output error");
  ArrowArrayStream stream{};
  EXPECT_EQ(ReadArrow(&stream).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(ReadArrow(nullptr).status().code(), StatusCode::kInvalidArgument);
}

TEST_F(ArrowTest, ABatchKeepsWhatItPointsTo) {
  ArrowArrayStream stream;
  ArrowPart record = RecordBatch({Texts("a", {"kept"})});
  record.children.push_back({.format = "+s",
                             .name = "s",
                             .length = 1,
                             .buffers = {nullopt},
                             .children = {Int32s("m", {1})}});
  ArrowBatches{.batches = {record, record}}.Export(&stream);
  auto reader = ReadArrow(&stream);
  ASSERT_OK(reader);
  RowBatch first, second;
  ASSERT_TRUE(*(*reader)->Read(&first));
  ASSERT_TRUE(*(*reader)->Read(&second));
  EXPECT_FALSE(*(*reader)->Read(&second));
  reader->reset();
  EXPECT_EQ(first.Get(0, 0).unchecked_text(), "kept");
  EXPECT_EQ(first.Get(0, 1).entry_key(0).unchecked_text(), "m");
  EXPECT_GT(ArrowProducer::live(), 0);
  first.Clear();
  EXPECT_EQ(ArrowProducer::live(), 0);
}

TEST_F(ArrowTest, LargeChunksAreReadPieceByPiece) {
  constexpr int64_t kRows = 10'000, kItems = 1000;
  std::string offsets;
  for (int32_t i = 0; i <= kRows; ++i) offsets += Bytes({static_cast<int32_t>(i * kItems)});
  const ArrowPart items{.format = "c",
                        .length = kRows * kItems,
                        .buffers = {nullopt, std::string(kRows * kItems, '\1')}};
  const ArrowPart numbers{
      .format = "c", .name = "n", .length = kRows, .buffers = {nullopt, std::string(kRows, '\1')}};
  const ArrowPart lists{
      .format = "+l", .length = kRows, .buffers = {nullopt, offsets}, .children = {items}};
  for (const bool nested : {false, true}) {
    ArrowArrayStream stream;
    ArrowBatches{.batches = {RecordBatch({nested ? lists : numbers})}}.Export(&stream);
    auto reader = ReadArrow(&stream);
    RowBatch batch;
    size_t rows = 0, largest = 0;
    while (*(*reader)->Read(&batch)) {
      rows += batch.rows();
      largest = std::max(largest, batch.rows());
      EXPECT_LT(batch.bytes(), size_t{64} << 20);
    }
    EXPECT_EQ(rows, static_cast<size_t>(kRows));
    EXPECT_EQ(largest, nested ? 1024u : 4096u);
  }
}

}  // namespace
}  // namespace diotima
