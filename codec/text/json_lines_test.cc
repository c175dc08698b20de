#include <diotima/text.h>
#include <gtest/gtest.h>

#include <cmath>

#include "codec/base/batch_builder.h"
#include "codec/text/test_file.h"

namespace diotima {
namespace {

// The rows of `text` printed, each on a line; or the error.
std::string ReadJson(std::string_view text, ColumnTypes types = nullptr, TextOptions options = {}) {
  TextFile file(text);
  options.types = std::move(types);
  options.source = "rows.jsonl";
  auto reader = OpenJsonLines(file.get(), options);
  std::string out;
  RowBatch batch;
  while (true) {
    auto more = (*reader)->Read(&batch);
    if (!more.ok()) return more.status().ToString();
    if (!*more) return out;
    for (size_t row = 0; row < batch.rows(); ++row) {
      for (size_t i = 0; i < batch.columns().size(); ++i) {
        Value value = batch.Get(row, i);
        if (value.absent()) continue;
        out += batch.columns()[i] + "=" + std::string(KindName(value.kind())) + " ";
        AppendJson(value, &out);
        out += ";";
      }
      out += "\n";
    }
  }
}

TEST(JsonLines, ValuesKeepTheTypeTheyShow) {
  EXPECT_EQ(ReadJson(R"({"a":1,"b":9223372036854775808,"c":-1.5,"d":"x\n\u00e9","e":true,"f":null})"
                     "\n \r\n"
                     R"({"f":[1,"a",{"z":1,"y":[]}],"a":1e3})"),
            "a=int64 1;b=uint64 9223372036854775808;c=double -1.5;d=string \"x\\né\";e=bool true;"
            "f=null null;\n"
            "a=double 1000.0;f=list [1,\"a\",{\"z\":1,\"y\":[]}];\n");
}

TEST(JsonLines, DeclaredTypes) {
  auto types = TypesOf({{"d", "double"},
                        {"u", "uint64"},
                        {"t", "timestamp"},
                        {"day", "date"},
                        {"x", "bytes"},
                        {"m", "map<string,list<double>>"},
                        {"k", "map<int64,string>"},
                        {"s", "struct<a:int64,b:struct<c:timestamp>>"}});
  EXPECT_EQ(
      ReadJson(R"({"d":3,"u":5,"t":"2024-01-01T01:00:00+01:00","day":"2024-02-29","x":"AAH/"})",
               types),
      "d=double 3.0;u=uint64 5;t=timestamp \"2024-01-01T00:00:00.000000Z\";"
      "day=date \"2024-02-29\";x=bytes \"AAH/\";\n");
  EXPECT_EQ(ReadJson(R"({"m":{"z":[1,2.5,"NaN",null],"a":null},"k":[[2,"b"],[1,"a"]]})", types),
            "m=map {\"z\":[1.0,2.5,\"NaN\",null],\"a\":null};k=map [[2,\"b\"],[1,\"a\"]];\n");
  EXPECT_EQ(ReadJson(R"({"s":{"b":{"c":"2024-01-01"}}})", types),
            "s=struct {\"a\":null,\"b\":{\"c\":\"2024-01-01T00:00:00.000000Z\"}};\n");
  EXPECT_EQ(ReadJson(R"({"d":"-Infinity","m":[["a",[]]]})", types),
            "d=double \"-Infinity\";m=map {\"a\":[]};\n");
}

// Members that a struct does not have come after those that it has.
TEST(JsonLines, StructsMayHaveMoreMembers) {
  auto types = TypesOf({{"s", "struct<a:int64,c:list<struct<d:string>>>"}});
  EXPECT_EQ(ReadJson(R"({"s":{"b":1,"a":2,"c":[{"e":true}]}})", types),
            "s=struct {\"a\":2,\"c\":[{\"d\":null,\"e\":true}],\"b\":1};\n");
}

// As Python's json writes them, and as this project prints them.
TEST(JsonLines, NumbersThatJsonDoesNotHave) {
  const std::string bare = "{\"x\":0.5}\n{\"x\":NaN}\n{\"x\":-Infinity}\n{\"x\":[Infinity,1]}\n";
  EXPECT_EQ(ReadJson(bare),
            "x=double 0.5;\nx=double \"NaN\";\nx=double \"-Infinity\";\nx=list "
            "[\"Infinity\",1];\n");
  EXPECT_EQ(ReadJson("{\"x\":\"NaN\"}\n{\"x\":1}\n{\"x\":\"Infinity\"}\n{\"x\":null}\n"),
            "x=double \"NaN\";\nx=int64 1;\nx=double \"Infinity\";\nx=null null;\n");
  EXPECT_EQ(ReadJson("{\"x\":\"NaN\"}\n{\"x\":\"a\"}\n"), "x=string \"NaN\";\nx=string \"a\";\n");
  EXPECT_EQ(ReadJson("{\"x\":{\"y\":[0.5,\"NaN\"]}}\n{\"x\":{\"y\":[],\"z\":\"NaN\"}}\n"),
            "x=struct {\"y\":[0.5,\"NaN\"]};\nx=struct {\"y\":[],\"z\":\"NaN\"};\n");
  EXPECT_EQ(ReadJson("{\"i\":NaN}", TypesOf({{"i", "int64"}})),
            "schema_mismatch: rows.jsonl:1: column \"i\" (int64): expected int64, found NaN, which "
            "only doubles can be");
}

TEST(JsonLines, SystemColumnsHaveTheirTypes) {
  EXPECT_EQ(ReadJson(R"({"metaxy_provenance_by_field":{"b":12345678901234567890,"a":"x","c":1.50,)"
                     R"("d":null},"metaxy_deleted_at":"2024-01-01"})",
                     TypesOf({{"metaxy_deleted_at", "string"}})),
            "metaxy_provenance_by_field=map "
            "{\"b\":\"12345678901234567890\",\"a\":\"x\",\"c\":\"1.50\",\"d\":null};"
            "metaxy_deleted_at=timestamp \"2024-01-01T00:00:00.000000Z\";\n");
}

TEST(JsonLines, ErrorsNameLineColumnAndTypes) {
  auto types = TypesOf({{"i", "int64"},
                        {"d", "double"},
                        {"t", "timestamp"},
                        {"day", "date"},
                        {"x", "bytes"},
                        {"m", "map<int64,string>"},
                        {"s", "struct<a:int64>"},
                        {"l", "list<bool>"}});
  const std::pair<const char*, const char*> kCases[] = {
      {"\n\n[1]", "invalid_argument: rows.jsonl:3: expected an object, as {\"column\": value, …}"},
      {"{\"a\":1}\n7", "invalid_argument: rows.jsonl:2: expected an object"},
      {"{\"a\":1", "invalid_argument: rows.jsonl:1: no valid JSON: "},
      {"{\"a\":1} {}", "invalid_argument: rows.jsonl:1: something follows the object on its line"},
      {"{\"a\":1}}", "invalid_argument: rows.jsonl:1: "},
      {"{\"a\":1,}", "invalid_argument: rows.jsonl:1: no valid JSON: "},
      {"{\"a\" 1}", "invalid_argument: rows.jsonl:1: no valid JSON: "},
      {"{\"a\":tru}", "invalid_argument: rows.jsonl:1: column \"a\": no valid JSON: "},
      {"{\"a\":nul}", "invalid_argument: rows.jsonl:1: column \"a\": no valid JSON: "},
      {"{\"a\":\"\\q\"}", "invalid_argument: rows.jsonl:1: column \"a\": no valid JSON: "},
      {"{\"a\":\"\\ud800\"}", "invalid_argument: rows.jsonl:1: column \"a\": no valid JSON: "},
      {"{\"a\":\"\xff\"}", "invalid_argument: rows.jsonl:1: invalid UTF-8"},
      {"{\"a\":1,\"b\":2,\"a\":1}", "invalid_argument: rows.jsonl:1: the key \"a\" occurs twice"},
      {"{\"a\":{\"k\":1,\"k\":2}}",
       "invalid_argument: rows.jsonl:1: column \"a\": the key \"k\" occurs twice in one object"},
      {"{\"a\":18446744073709551616}",
       "invalid_argument: rows.jsonl:1: column \"a\": the number 18446744073709551616 is "
       "out of range (integers have 64 bits)"},
      {"{\"a\":1e400}", "invalid_argument: rows.jsonl:1: column \"a\": the number 1e400 is out of"},
      {"{\"a\":01}", "invalid_argument: rows.jsonl:1: column \"a\": no valid JSON"},
      {"{\"i\":\"x\"}",
       "schema_mismatch: rows.jsonl:1: column \"i\" (int64): expected int64, found string \"x\""},
      {"{\"i\":1.0}",
       "schema_mismatch: rows.jsonl:1: column \"i\" (int64): expected int64, found double 1.0"},
      {"{\"i\":9223372036854775808}",
       "schema_mismatch: rows.jsonl:1: column \"i\" (int64): expected int64, found uint64 "
       "9223372036854775808"},
      {"{\"d\":9007199254740993}",
       "schema_mismatch: rows.jsonl:1: column \"d\" (double): expected double, found int64 "
       "9007199254740993"},
      {"{\"d\":\"nan\"}",
       "schema_mismatch: rows.jsonl:1: column \"d\" (double): expected double, found string "
       "\"nan\""},
      {"{\"t\":5}",
       "schema_mismatch: rows.jsonl:1: column \"t\" (timestamp): expected timestamp, found number "
       "5"},
      {"{\"t\":\"noon\"}",
       "schema_mismatch: rows.jsonl:1: column \"t\" (timestamp): \"noon\" is no ISO-8601 date or "
       "time"},
      {"{\"t\":\"2024-01-01T00:00:00.0000001\"}",
       "schema_mismatch: rows.jsonl:1: column \"t\" (timestamp): \"2024-01-01T00:00:00.0000001\" "
       "has a fraction of a microsecond"},
      {"{\"day\":\"2024-02-30\"}",
       "schema_mismatch: rows.jsonl:1: column \"day\" (date): \"2024-02-30\" is no ISO-8601 date"},
      {"{\"x\":\"a\"}", "schema_mismatch: rows.jsonl:1: column \"x\" (bytes): \"a\" is no base64"},
      {"{\"s\":{\"b\":1,\"b\":2}}", "invalid_argument: rows.jsonl:1: column \"s\""},
      {"{\"s\":{\"a\":1,\"a\":1}}", "invalid_argument: rows.jsonl:1: column \"s\""},
      {"{\"s\":[]}",
       "schema_mismatch: rows.jsonl:1: column \"s\" (struct<a:int64>): expected struct<a:int64>, "
       "found array"},
      {"{\"l\":[true,1]}",
       "schema_mismatch: rows.jsonl:1: column \"l\" (list<bool>): expected bool, found number 1"},
      {"{\"m\":{\"1\":\"a\"}}",
       "schema_mismatch: rows.jsonl:1: column \"m\" (map<int64,string>): "},
      {"{\"m\":[[1]]}", "schema_mismatch: rows.jsonl:1: column \"m\" (map<int64,string>): "},
      {"{\"m\":[[null,\"a\"]]}",
       "schema_mismatch: rows.jsonl:1: column \"m\" (map<int64,string>): "},
  };
  for (const auto& [text, error] : kCases) {
    std::string found = ReadJson(text, types);
    EXPECT_TRUE(found.starts_with(error)) << text << "\n" << found << "\n" << error;
  }
}

TEST(JsonLines, NestingIsBounded) {
  for (size_t depth : {64U, 65U, 100'000U}) {
    std::string line = "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
    EXPECT_EQ(ReadJson(line).starts_with("a=list"), depth <= 64) << ReadJson(line).substr(0, 200);
  }
}

TEST(JsonLines, LongLines) {
  std::string line = "{\"a\":\"" + std::string(3'000'000, 'x') + "\"}";
  EXPECT_EQ(ReadJson("{}\n" + line + "\n" + line).size(), 2 * (line.size() + 5) + 1);
  EXPECT_EQ(ReadJson("{}\n{}\n" + line, nullptr, {.max_line_bytes = 1 << 20}),
            "invalid_argument: rows.jsonl:3: the line is longer than 1 MiB");
}

TEST(JsonLines, BatchesAreBoundedAndKnowTheirLines) {
  std::string text;
  for (int i = 0; i < 10; ++i) text += "{\"a\":" + std::to_string(i) + "}\n\n";
  TextFile file(text);
  auto reader = OpenJsonLines(file.get(), {.source = "f", .batch_rows = 4});
  RowBatch batch;
  std::vector<size_t> sizes;
  while (*(*reader)->Read(&batch)) {
    sizes.push_back(batch.rows());
    if (sizes.size() == 2) {
      EXPECT_EQ(BatchBuilder::DescribeRow(batch, 0), "f:9");
    }
  }
  EXPECT_EQ(sizes, (std::vector<size_t>{4, 4, 2}));

  std::string wide = "{\"a\":\"" + std::string(100'000, 'x') + "\"}\n";
  TextFile other(wide + wide + wide);
  reader = OpenJsonLines(other.get(), {.batch_bytes = 150'000});
  ASSERT_TRUE(*(*reader)->Read(&batch));
  EXPECT_LT(batch.rows(), 3u);
}

TEST(JsonLines, ABatchOfAnotherKindServesToo) {
  TextFile file("{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}\n");
  auto reader = OpenJsonLines(file.get(), {.batch_rows = 1});
  RowBatch first;
  ASSERT_TRUE(*(*reader)->Read(&first));
  RowBatch second(std::vector<std::string>{"b"});
  ASSERT_TRUE(*(*reader)->Read(&second));
  EXPECT_EQ(second.Get(0, 0).unchecked_int64(), 4);
  EXPECT_EQ(second.Get(0, *second.FindColumn("a")).unchecked_int64(), 3);
}

TEST(JsonLines, OddKeys) {
  EXPECT_EQ(ReadJson(R"({"":1,"a\"b":2,"é":3,"a\u0062":4})"
                     "\n"
                     R"({"":1,"a\"b":2,"é":3,"ab":4})"),
            "=int64 1;a\"b=int64 2;é=int64 3;ab=int64 4;\n"
            "=int64 1;a\"b=int64 2;é=int64 3;ab=int64 4;\n");
  EXPECT_NE(ReadJson(R"({"ab":1,"a\u0062":4})").find("the key \"ab\" occurs twice"),
            std::string::npos);
}

TEST(JsonLines, KeysThatComeAndGo) {
  EXPECT_EQ(ReadJson("{\"a\":1,\"b\":2,\"c\":3}\n{\"a\":4,\"c\":5}\n{\"c\":6,\"b\":7,\"a\":8}\n"
                     "{}\n{\"b\":9}\n{\"a\":1,\"b\":2,\"c\":3}\n{\"a\":1,\"ab\":2,\"a \":3}"),
            "a=int64 1;b=int64 2;c=int64 3;\na=int64 4;c=int64 5;\na=int64 8;b=int64 7;c=int64 6;\n"
            "\nb=int64 9;\na=int64 1;b=int64 2;c=int64 3;\na=int64 1;ab=int64 2;a =int64 3;\n");
}

TEST(JsonLines, TextIsTheSameHoweverItIsSpelled) {
  const std::string plain = R"({"s":"a/b é","m":{"k":"v","":""},"l":["x",{"y":"z"}],"e":""})";
  const std::string spaced =
      R"( { "s" : "a/b é" , "m" : { "k" : "v" , "" : "" } , "l" : [ "x" , { "y" : "z" } ] , "e" : "" } )"
      "\r";
  const std::string escaped =
      R"({"s":"a\/b \u00e9","m":{"\u006b":"\u0076","":""},"l":["\u0078",{"\u0079":"\u007a"}],"e":""})";
  const std::string row =
      R"(s=string "a/b é";m=struct {"k":"v","":""};l=list ["x",{"y":"z"}];e=string "";)"
      "\n";
  EXPECT_EQ(ReadJson(plain + "\n" + spaced + "\n" + escaped + "\n" + plain), row + row + row + row);
}

// A batch keeps the text of its lines, whatever its reader does next.
TEST(JsonLines, TextOutlivesItsReader) {
  std::string text;
  for (int i = 0; i < 5000; ++i) {
    text +=
        "{\"a\":\"text " + std::to_string(i) + "\",\"m\":{\"k\":\"" + std::to_string(i) + "\"}}\n";
  }
  RowBatch batch;
  {
    TextFile file(text);
    auto reader = OpenJsonLines(file.get(), {.batch_rows = 5000});
    ASSERT_TRUE(*(*reader)->Read(&batch));
  }
  for (size_t row = 0; row < 5000; ++row) {
    ASSERT_EQ(batch.Get(row, 0).unchecked_text(), "text " + std::to_string(row));
    ASSERT_EQ(batch.Get(row, 1).Find("k").unchecked_text(), std::to_string(row));
  }
}

TEST(MultiJsonLines, GivesRunsOfOneFeature) {
  TextFile file(R"({"feature":"a","row":{"x":1}}
{"row":{"x":2},"feature":"a"}
{"feature":"b","row":{"x":3}}

{"feature":"a","row":{"x":4}})");
  auto types = [](std::string_view feature) {
    return TypesOf({{"x", feature == "a" ? "double" : "uint64"}});
  };
  auto reader = OpenMultiJsonLines(file.get(), types, {.source = "m"});
  std::string found;
  std::string feature;
  RowBatch batch;
  while (*(*reader)->Read(&feature, &batch)) {
    found += feature + ":";
    for (size_t row = 0; row < batch.rows(); ++row) {
      AppendJson(batch.Get(row, 0), &found);
      found += "@" + BatchBuilder::DescribeRow(batch, row) + " ";
    }
  }
  EXPECT_EQ(found, "a:1.0@m:1 2.0@m:2 b:3@m:3 a:4.0@m:5 ");
}

TEST(MultiJsonLines, Errors) {
  const std::pair<const char*, const char*> kCases[] = {
      {"{}", "m:1: expected an object, as"},
      {"[]", "m:1: expected an object"},
      {"{\"feature\":1,\"row\":{}}", "m:1: expected an object, as"},
      {"{\"feature\":\"a\"}",
       "m:1: expected an object, as {\"feature\": \"a/b\", \"row\": {…}}; there is no"},
      {"{\"feature\":\"a\",\"row\":[]}", "\"row\" is no object"},
      {"{\"feature\":\"a\",\"row\":{},\"x\":1}", "the key \"x\" is one too many"},
      {"{\"feature\":\"a\",\"row\":{},\"row\":{}}", "the key \"row\" is one too many"},
      {"{\"feature\":\"a\",\"feature\":\"b\",\"row\":{}}", "the key \"feature\" is one too many"},
      {"{\"feature\":\"a\",\"row\":{}}\n{\"feature\":\"a\",\"row\":{\"x\":01}}",
       "m:2: column \"x\": no"},
      {"{\"feature\":\"a\",\"row\":{}} x", "m:1: "},
  };
  for (const auto& [text, error] : kCases) {
    TextFile file(text);
    auto reader = OpenMultiJsonLines(file.get(), nullptr, {.source = "m"});
    std::string feature;
    RowBatch batch;
    auto more = (*reader)->Read(&feature, &batch);
    ASSERT_FALSE(more.ok()) << text;
    EXPECT_NE(more.status().message().find(error), std::string::npos) << more.status().message();
  }
}

}  // namespace
}  // namespace diotima
