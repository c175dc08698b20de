#include <diotima/text.h>
#include <gtest/gtest.h>

#include "codec/base/vector_row.h"
#include "codec/text/test_file.h"

namespace diotima {
namespace {

std::string ReadCsv(std::string_view text, ColumnTypes types = nullptr, size_t batch_rows = 100) {
  TextFile file(text);
  auto reader = OpenCsv(
      file.get(), {.types = std::move(types), .source = "rows.csv", .batch_rows = batch_rows});
  std::string out;
  RowBatch batch;
  while (true) {
    auto more = (*reader)->Read(&batch);
    if (!more.ok()) return more.status().ToString();
    if (!*more) return out;
    for (size_t row = 0; row < batch.rows(); ++row) {
      for (size_t i = 0; i < batch.columns().size(); ++i) {
        out += std::string(KindName(batch.Get(row, i).kind())) + " ";
        AppendJson(batch.Get(row, i), &out);
        out += ";";
      }
      out += "\n";
    }
  }
}

TEST(Csv, CellsAndQuotes) {
  EXPECT_EQ(ReadCsv("a,b,c\r\nx,\"y,\"\"z\"\"\n\r\n2\",\r\n\n,\"\",é"),
            "string \"x\";string \"y,\\\"z\\\"\\n\\r\\n2\";null null;\n"
            "null null;string \"\";string \"é\";\n");
}

TEST(Csv, GuessesTypesFromTheFirstBatch) {
  EXPECT_EQ(ReadCsv("b,i,u,f,s,z,n\ntrue,1,1,1,1,007,\nFALSE,-1,18446744073709551615,.5,x,1,\n"),
            "bool true;int64 1;uint64 1;double 1.0;string \"1\";string \"007\";null null;\n"
            "bool false;int64 -1;uint64 18446744073709551615;double 0.5;string \"x\";string "
            "\"1\";null null;\n");
  EXPECT_EQ(ReadCsv("f,g\nNaN,NaN\n1e400,1\n"),
            "string \"NaN\";double \"NaN\";\nstring \"1e400\";double 1.0;\n");
  EXPECT_EQ(ReadCsv("a,b\n1,\n2,x\n", nullptr, 1), "int64 1;null null;\nint64 2;string \"x\";\n");
  EXPECT_EQ(ReadCsv("a\n1\n2.5\n", nullptr, 1),
            "schema_mismatch: rows.csv:3: column \"a\" (int64): expected int64, found \"2.5\" (the "
            "type was taken from the first rows: declare the column, as string if it holds names)");
  // Names that look like numbers.
  EXPECT_EQ(ReadCsv("id,zip\n10000000000000000000001,02134\n100000000000000000000,1\n"),
            "string \"10000000000000000000001\";string \"02134\";\n"
            "string \"100000000000000000000\";string \"1\";\n");
  EXPECT_EQ(ReadCsv("zip\n10000\n02134\n", nullptr, 1),
            "schema_mismatch: rows.csv:3: column \"zip\" (int64): expected int64, found \"02134\": "
            "its zeros would be lost (the type was taken from the first rows: declare the column, "
            "as string if it holds names)");
}

TEST(Csv, DeclaredTypes) {
  auto types = TypesOf({{"i", "int64"},
                        {"d", "double"},
                        {"t", "timestamp"},
                        {"x", "bytes"},
                        {"l", "list<int64>"},
                        {"s", "string"}});
  EXPECT_EQ(ReadCsv("i,d,t,x,l,s\n7,3,2024-01-01,AAH/,\"[1, null]\",12\n,-0,,,null,\"\"\n", types),
            "int64 7;double 3.0;timestamp \"2024-01-01T00:00:00.000000Z\";bytes \"AAH/\";list "
            "[1,null];string \"12\";\n"
            "null null;double -0.0;null null;null null;null null;string \"\";\n");
  EXPECT_EQ(ReadCsv("metaxy_provenance_by_field\n\"{\"\"a\"\":17,\"\"b\"\":null}\"\n"),
            "map {\"a\":\"17\",\"b\":null};\n");
}

TEST(Csv, Errors) {
  auto types = TypesOf({{"i", "int64"}, {"d", "double"}, {"l", "list<int64>"}, {"t", "date"}});
  const std::pair<const char*, const char*> kCases[] = {
      {"", "invalid_argument: rows.csv:1: expected a header with column names"},
      {"\n\n", "invalid_argument: rows.csv:1: expected a header with column names"},
      {"a,,b\n", "invalid_argument: rows.csv:1: column 2 of the header has no name"},
      {"\na,a\n", "invalid_argument: rows.csv:2: the header names the column \"a\" twice"},
      {"a,b\n\n1,2\n1\n", "invalid_argument: rows.csv:4: the record has 1 cells, the header 2"},
      {"a,b\n1,2,3\n", "invalid_argument: rows.csv:2: the record has 3 cells, the header 2"},
      {"a,b\n\"x\ny\",2\n1,\"z\n\n", "invalid_argument: rows.csv:4: a quoted cell is not closed"},
      {"a\nx\"y\"\n", "invalid_argument: rows.csv:2: a quote stands inside a cell"},
      {"a,b\n1,\"x\"y\n",
       "invalid_argument: rows.csv:2: something follows the closing quote of cell 2"},
      {"a\n\xff\n", "invalid_argument: rows.csv:2: invalid UTF-8"},
      {"i\nx\n", "schema_mismatch: rows.csv:2: column \"i\" (int64): expected int64, found \"x\""},
      {"i\n\"\"\n",
       "schema_mismatch: rows.csv:2: column \"i\" (int64): expected int64, found \"\""},
      {"i\n9223372036854775808\n", "schema_mismatch: rows.csv:2: column \"i\" (int64)"},
      {"i\n007\n",
       "schema_mismatch: rows.csv:2: column \"i\" (int64): expected int64, found \"007\": its "
       "zeros "
       "would be lost"},
      {"d\n10000000000000000000001\n",
       "schema_mismatch: rows.csv:2: column \"d\" (double): expected double, found "
       "\"10000000000000000000001\": it would be changed"},
      {"d\n1e-400\n", "schema_mismatch: rows.csv:2: column \"d\" (double)"},
      {"d\ninf\n", "schema_mismatch: rows.csv:2: column \"d\" (double)"},
      {"d\n9007199254740993\n", "schema_mismatch: rows.csv:2: column \"d\" (double)"},
      {"t\n2024\n",
       "schema_mismatch: rows.csv:2: column \"t\" (date): \"2024\" is no ISO-8601 date"},
      {"l\n7\n", "schema_mismatch: rows.csv:2: column \"l\" (list<int64>): expected list<int64>"},
      {"l\n[1\n", "invalid_argument: rows.csv:2: column \"l\" (list<int64>): no valid JSON"},
      {"l\n[1] 2\n", "invalid_argument: rows.csv:2: column \"l\" (list<int64>): "},
      {"l\n\" \"\n", "invalid_argument: rows.csv:2: column \"l\" (list<int64>): no valid JSON"},
  };
  for (const auto& [text, error] : kCases) {
    std::string found = ReadCsv(text, types);
    EXPECT_TRUE(found.starts_with(error)) << text << "\n" << found << "\n" << error;
  }
}

TEST(Csv, AHeaderAloneHasColumns) {
  TextFile file("a,b\n");
  auto reader = OpenCsv(file.get(), {});
  RowBatch batch;
  EXPECT_FALSE(*(*reader)->Read(&batch));
  EXPECT_EQ(batch.columns(), (std::vector<std::string>{"a", "b"}));
}

TEST(Csv, PrintsWhatItReads) {
  Schema schema({{"a", Type(Kind::kString)}, {"b,\"c", Type(Kind::kInt64)}});
  std::string out;
  AppendCsvHeader(schema, &out);
  AppendCsvRow(VectorRow(&schema, {Value::String(""), Value::Null()}), &out);
  AppendCsvRow(VectorRow(&schema, {Value::Null(), Value::Int64(-1)}), &out);
  AppendCsvRow(VectorRow(&schema, {Value::String("x\r\n\"y\""), Value::Int64(1)}), &out);
  EXPECT_EQ(out, "a,\"b,\"\"c\"\n\"\",\n,-1\n\"x\r\n\"\"y\"\"\",1\n");
}

TEST(Csv, ASingleColumnKeepsItsNulls) {
  EXPECT_EQ(ReadCsv("a\n1\n\n2\n"), "int64 1;\nnull null;\nint64 2;\n");
}

}  // namespace
}  // namespace diotima
