#include "codec/row/nested.h"

#include <flatbuffers/flexbuffers.h>

#include "codec/base/aligned_bytes.h"

namespace diotima {
namespace {

void Build(const Value& value, flexbuffers::Builder* builder);

// A struct is the vector of its members in the order of its type, so that names cost nothing.
void BuildItems(const Value& value, flexbuffers::Builder* builder) {
  const size_t start = builder->StartVector();
  for (size_t i = 0; i < value.size(); ++i) {
    if (value.kind() == Kind::kMap) Build(value.entry_key(i), builder);
    Build(value.kind() == Kind::kList ? value[i] : value.entry_value(i), builder);
  }
  builder->EndVector(start, false, false);
}

void Build(const Value& value, flexbuffers::Builder* builder) {
  switch (value.kind()) {
    case Kind::kAbsent:
    case Kind::kNull:
      return builder->Null();
    case Kind::kBool:
      return builder->Bool(value.unchecked_bool());
    case Kind::kInt64:
      return builder->Int(value.unchecked_int64());
    case Kind::kUint64:
      return builder->UInt(value.unchecked_uint64());
    case Kind::kDouble:
      return builder->Double(value.unchecked_double());
    case Kind::kString:
      builder->String(std::string(value.unchecked_text()));  // it reads the zero after the text too
      return;
    case Kind::kBytes:
      builder->Blob(value.unchecked_text().data(), value.unchecked_text().size());
      return;
    case Kind::kTimestamp:
      return builder->Int(value.unchecked_timestamp());
    case Kind::kDate:
      return builder->Int(value.unchecked_date());
    default:
      BuildItems(value, builder);
  }
}

Value Decode(const flexbuffers::Reference& ref, const Type& type, Arena* arena);

Value DecodeItems(const flexbuffers::Vector& vector, const Type& type, Arena* arena) {
  const size_t size = vector.size();
  Value* items = nullptr;
  switch (type.kind()) {
    case Kind::kList:
      items = arena->AllocateValues(size);
      for (size_t i = 0; i < size; ++i) items[i] = Decode(vector[i], type.element(), arena);
      return Value::List(items, size);
    case Kind::kMap:
      items = arena->AllocateValues(size);
      for (size_t i = 0; i < size; ++i) {
        items[i] = Decode(vector[i], i % 2 == 0 ? type.key() : type.value(), arena);
      }
      return Value::Map(items, size / 2);
    default: {
      const auto& members = type.members();
      items = arena->AllocateValues(2 * members.size());
      for (size_t i = 0; i < members.size(); ++i) {
        items[2 * i] = Value::String(members[i].name);
        // A member that the type gained later is not in old rows.
        items[2 * i + 1] = i < size ? Decode(vector[i], members[i].type, arena) : Value::Null();
      }
      return Value::Struct(items, members.size());
    }
  }
}

Value Decode(const flexbuffers::Reference& ref, const Type& type, Arena* arena) {
  switch (type.kind()) {
    case Kind::kBool:
      return ref.IsBool() ? Value::Bool(ref.AsBool()) : Value::Null();
    case Kind::kInt64:
      return ref.IsInt() ? Value::Int64(ref.AsInt64()) : Value::Null();
    case Kind::kUint64:
      return ref.IsUInt() ? Value::Uint64(ref.AsUInt64()) : Value::Null();
    case Kind::kDouble:
      return ref.IsFloat() ? Value::Double(ref.AsDouble()) : Value::Null();
    case Kind::kTimestamp:
      return ref.IsInt() ? Value::Timestamp(ref.AsInt64()) : Value::Null();
    case Kind::kDate:
      return ref.IsInt() ? Value::Date(static_cast<int32_t>(ref.AsInt64())) : Value::Null();
    case Kind::kString: {
      if (!ref.IsString()) return Value::Null();
      auto text = ref.AsString();
      return Value::String({text.c_str(), text.length()});
    }
    case Kind::kBytes: {
      if (!ref.IsBlob()) return Value::Null();
      auto blob = ref.AsBlob();
      return Value::Bytes({reinterpret_cast<const char*>(blob.data()), blob.size()});
    }
    case Kind::kList:
    case Kind::kMap:
    case Kind::kStruct:
      return ref.IsUntypedVector() ? DecodeItems(ref.AsVector(), type, arena) : Value::Null();
    default:
      return Value::Null();
  }
}

}  // namespace

std::vector<uint8_t> EncodeNested(const Value& value) {
  flexbuffers::Builder builder(256, flexbuffers::BUILDER_FLAG_NONE);
  Build(value, &builder);
  builder.Finish();
  return builder.GetBuffer();
}

Value DecodeNested(std::string_view bytes, const Type& type, Arena* arena) {
  bytes = Align(bytes, arena);
  return Decode(flexbuffers::GetRoot(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()),
                type, arena);
}

bool VerifyNested(std::string_view bytes) {
  if (bytes.size() < 3) return false;
  // The verifier looks at the alignment of all but the root, which ends two bytes before the end.
  const auto width = static_cast<uint8_t>(bytes.back());
  if (width == 0 || bytes.size() < size_t{2} + width || (bytes.size() - 2) % width != 0)
    return false;
  AlignedBytes aligned;
  bytes = aligned.Align(bytes);
  std::vector<uint8_t> reuse;
  flexbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(),
                                 &reuse, /*check_alignment=*/true);
  return verifier.VerifyBuffer();
}

}  // namespace diotima
