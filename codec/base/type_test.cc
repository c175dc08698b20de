#include <diotima/type.h>
#include <diotima/value.h>
#include <gtest/gtest.h>

#include "codec/base/test_status.h"

namespace diotima {
namespace {

TEST(TypeTest, WhatToStringPrintsParseReads) {
  const Type text(Kind::kString);
  const std::vector<Type> types = {
      Type(),
      Type(Kind::kBool),
      Type(Kind::kDate),
      Type::List(Type()),
      Type::List(Type::List(Type(Kind::kInt64))),
      Type::Map(text, Type::List(Type(Kind::kDouble))),
      Type::Map(Type(Kind::kDouble), Type()),
      Type::Struct({}),
      Type::Struct({{"a", text},
                    {"", text},
                    {"b c", Type(Kind::kBytes)},
                    {" d", text},
                    {"x,y:<>\"z\"", text}}),
      Type::List(Type::Struct({{"n", Type::Map(text, Type::Struct({}))}}))};
  for (const Type& type : types) {
    auto parsed = Type::Parse(type.ToString());
    ASSERT_OK(parsed);
    EXPECT_TRUE(*parsed == type) << type.ToString();
  }
}

TEST(TypeTest, NullsInside) {
  EXPECT_TRUE(Type().has_null());
  EXPECT_TRUE(Type::Parse("struct<a:int64,b:list<null>>")->has_null());
  EXPECT_FALSE(Type::Parse("struct<nullable:int64>")->has_null());
  EXPECT_FALSE(Type::Struct({}).has_null());
}

TEST(TypeTest, WhiteSpaceIsAllowed) {
  auto type = Type::Parse(" struct< a : list< int64 > , \"b\" :map<string ,double>> ");
  ASSERT_OK(type);
  EXPECT_EQ(type->ToString(), "struct<a:list<int64>,b:map<string,double>>");
}

TEST(TypeTest, ErrorsSayWhereAndWhat) {
  for (const char* text : {"", "int", "list", "list<", "list<int64", "list<int64>>", "map<string>",
                           "struct<a>", "struct<a:int64,a:string>", "struct<:int64>", "int64 x"}) {
    auto type = Type::Parse(text);
    ASSERT_FALSE(type.ok()) << text;
    EXPECT_NE(type.status().message().find("expected"), std::string::npos);
    EXPECT_NE(type.status().message().find("at character"), std::string::npos);
  }
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "list<";
  EXPECT_FALSE(Type::Parse(deep).ok());
}

TEST(TypeTest, TheTypeOfAValueIsOneThatReadsBack) {
  const Value twice[] = {Value::String("a"), Value::Int64(1), Value::String("a"), Value::Int64(2)};
  const Value value = Value::Struct(twice, 2);
  EXPECT_EQ(TypeOf(value).ToString(), "struct<a:int64>");
  Arena arena;
  EXPECT_FALSE(Coerce(value, TypeOf(value), &arena).has_value());
  EXPECT_EQ(TypeOf(Value::Struct(nullptr, 0)).ToString(), "struct<>");
  EXPECT_EQ(TypeOf(Value::Map(nullptr, 0)).ToString(), "map<null,null>");
}

}  // namespace
}  // namespace diotima
