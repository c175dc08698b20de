#include "codec/row/key.h"

#include <bit>
#include <cmath>

namespace diotima {
namespace {

// Tags in the order in which kinds sort. An integer's tag tells its sign and its number of bytes:
// kInteger + n for n bytes of a positive one, kInteger - n for a negative one.
constexpr uint8_t kNullTag = 0x05;
constexpr uint8_t kFalseTag = 0x10;
constexpr uint8_t kTrueTag = 0x11;
constexpr uint8_t kIntegerTag = 0x28;
constexpr uint8_t kDoubleTag = 0x40;
constexpr uint8_t kStringTag = 0x50;
constexpr uint8_t kBytesTag = 0x58;
constexpr uint8_t kTimestampTag = 0x60;
constexpr uint8_t kDateTag = 0x68;

// In text a zero byte is 00 FF; 00 01 ends it.
constexpr char kEscaped = '\xff';
constexpr char kEnd = '\x01';

constexpr uint64_t kSignBit = uint64_t{1} << 63;

void AppendBigEndian(uint64_t value, int bytes, std::string* out) {
  char buffer[8];
  for (int i = 0; i < bytes; ++i) buffer[i] = static_cast<char>(value >> (8 * (bytes - 1 - i)));
  out->append(buffer, static_cast<size_t>(bytes));
}

uint64_t ReadBigEndian(const char* in, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) value = value << 8 | static_cast<uint8_t>(in[i]);
  return value;
}

int SignificantBytes(uint64_t value) { return (71 - std::countl_zero(value)) / 8; }

void AppendMagnitude(bool negative, uint64_t magnitude, std::string* out) {
  const int bytes = SignificantBytes(magnitude);
  out->push_back(static_cast<char>(negative ? kIntegerTag - bytes : kIntegerTag + bytes));
  AppendBigEndian(negative ? ~magnitude : magnitude, bytes, out);
}

uint64_t OrderedDouble(double value) {
  if (value == 0) value = 0;  // -0.0
  if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
  auto bits = std::bit_cast<uint64_t>(value);
  return (bits & kSignBit) != 0 ? ~bits : bits | kSignBit;
}

double FromOrderedDouble(uint64_t bits) {
  return std::bit_cast<double>((bits & kSignBit) != 0 ? bits & ~kSignBit : ~bits);
}

void AppendText(uint8_t tag, std::string_view text, std::string* out) {
  out->push_back(static_cast<char>(tag));
  for (size_t zero; (zero = text.find('\0')) != std::string_view::npos;) {
    out->append(text.substr(0, zero + 1));
    out->push_back(kEscaped);
    text.remove_prefix(zero + 1);
  }
  out->append(text);
  out->push_back('\0');
  out->push_back(kEnd);
}

// Sets `text` to the escaped text at the front of `in` and takes it off, terminator included.
bool TakeEscaped(std::string_view* in, std::string_view* text, bool* escaped) {
  *escaped = false;
  for (size_t at = 0; (at = in->find('\0', at)) != std::string_view::npos; at += 2) {
    if (at + 1 >= in->size()) return false;
    if ((*in)[at + 1] == kEnd) {
      *text = in->substr(0, at);
      in->remove_prefix(at + 2);
      return true;
    }
    if ((*in)[at + 1] != kEscaped) return false;
    *escaped = true;
  }
  return false;
}

bool TakeText(std::string_view* in, std::string_view* text, Arena* arena) {
  std::string_view raw;
  bool escaped = false;
  if (!TakeEscaped(in, &raw, &escaped)) return false;
  if (!escaped || arena == nullptr) {
    *text = raw;
    return true;
  }
  char* out = arena->Allocate(raw.size(), 1);
  size_t size = 0;
  for (size_t i = 0; i < raw.size(); ++i) {
    out[size++] = raw[i];
    if (raw[i] == '\0') ++i;
  }
  *text = {out, size};
  return true;
}

bool TakeInteger(std::string_view* in, int tag, Value* value) {
  const int bytes = std::abs(tag - kIntegerTag);
  if (in->size() < static_cast<size_t>(bytes)) return false;
  uint64_t magnitude = ReadBigEndian(in->data(), bytes);
  in->remove_prefix(static_cast<size_t>(bytes));
  if (tag >= kIntegerTag) {
    *value = magnitude < kSignBit ? Value::Int64(static_cast<int64_t>(magnitude))
                                  : Value::Uint64(magnitude);
    return true;
  }
  magnitude = ~magnitude & (~uint64_t{0} >> (64 - 8 * bytes));
  if (magnitude > kSignBit) return false;
  *value = Value::Int64(static_cast<int64_t>(~magnitude + 1));
  return true;
}

bool TakeFixed(std::string_view* in, int bytes, uint64_t* value) {
  if (in->size() < static_cast<size_t>(bytes)) return false;
  *value = ReadBigEndian(in->data(), bytes);
  in->remove_prefix(static_cast<size_t>(bytes));
  return true;
}

}  // namespace

void AppendTupleValue(const Value& value, std::string* out) {
  switch (value.kind()) {
    case Kind::kBool:
      out->push_back(static_cast<char>(value.unchecked_bool() ? kTrueTag : kFalseTag));
      return;
    case Kind::kInt64: {
      int64_t v = value.unchecked_int64();
      AppendMagnitude(v < 0, v < 0 ? ~static_cast<uint64_t>(v) + 1 : static_cast<uint64_t>(v), out);
      return;
    }
    case Kind::kUint64:
      AppendMagnitude(false, value.unchecked_uint64(), out);
      return;
    case Kind::kDouble:
      out->push_back(static_cast<char>(kDoubleTag));
      AppendUint64(OrderedDouble(value.unchecked_double()), out);
      return;
    case Kind::kString:
      AppendText(kStringTag, value.unchecked_text(), out);
      return;
    case Kind::kBytes:
      AppendText(kBytesTag, value.unchecked_text(), out);
      return;
    case Kind::kTimestamp:
      out->push_back(static_cast<char>(kTimestampTag));
      AppendUint64(static_cast<uint64_t>(value.unchecked_timestamp()) ^ kSignBit, out);
      return;
    case Kind::kDate:
      out->push_back(static_cast<char>(kDateTag));
      AppendUint32(static_cast<uint32_t>(value.unchecked_date()) ^ (uint32_t{1} << 31), out);
      return;
    default:
      assert(value.null());
      out->push_back(static_cast<char>(kNullTag));
  }
}

bool TakeTupleValue(std::string_view* in, Value* value, Arena* arena) {
  if (in->empty()) return false;
  const auto tag = static_cast<uint8_t>(in->front());
  in->remove_prefix(1);
  if (tag >= kIntegerTag - 8 && tag <= kIntegerTag + 8) return TakeInteger(in, tag, value);
  std::string_view text;
  uint64_t bits = 0;
  switch (tag) {
    case kNullTag:
      *value = Value::Null();
      return true;
    case kFalseTag:
    case kTrueTag:
      *value = Value::Bool(tag == kTrueTag);
      return true;
    case kDoubleTag:
      if (!TakeFixed(in, 8, &bits)) return false;
      *value = Value::Double(FromOrderedDouble(bits));
      return true;
    case kStringTag:
    case kBytesTag:
      if (!TakeText(in, &text, arena)) return false;
      *value = tag == kStringTag ? Value::String(text) : Value::Bytes(text);
      return true;
    case kTimestampTag:
      if (!TakeFixed(in, 8, &bits)) return false;
      *value = Value::Timestamp(static_cast<int64_t>(bits ^ kSignBit));
      return true;
    case kDateTag:
      if (!TakeFixed(in, 4, &bits)) return false;
      *value = Value::Date(static_cast<int32_t>(static_cast<uint32_t>(bits) ^ (uint32_t{1} << 31)));
      return true;
    default:
      return false;
  }
}

bool SameKeyKind(Kind a, Kind b) {
  auto integer = [](Kind k) { return k == Kind::kInt64 || k == Kind::kUint64; };
  return a == b || (integer(a) && integer(b)) || a == Kind::kNull || b == Kind::kNull;
}

bool SkipTupleValue(std::string_view* in) {
  Value ignored;
  return TakeTupleValue(in, &ignored, nullptr);
}

void AppendUint32(uint32_t value, std::string* out) { AppendBigEndian(value, 4, out); }
void AppendUint64(uint64_t value, std::string* out) { AppendBigEndian(value, 8, out); }
uint32_t ReadUint32(const char* in) { return static_cast<uint32_t>(ReadBigEndian(in, 4)); }
uint64_t ReadUint64(const char* in) { return ReadBigEndian(in, 8); }

void AppendRowKeyPrefix(VersionId version, std::string* out) {
  AppendUint32(version.feature, out);
  AppendUint32(version.version, out);
}

KeyRange RangeOf(VersionId version) {
  std::string prefix;
  AppendRowKeyPrefix(version, &prefix);
  return RangeOf(prefix);
}

KeyRange RangeOf(std::string_view prefix) { return {std::string(prefix), PrefixEnd(prefix)}; }

void AppendRowKeySuffix(int64_t time, uint32_t ordinal, std::string* out) {
  AppendUint64(~(static_cast<uint64_t>(time) ^ kSignBit), out);
  AppendUint32(~ordinal, out);
}

void AppendRowKey(const RowKey& key, std::string* out) {
  AppendRowKeyPrefix(key.id, out);
  out->append(key.sample);
  AppendRowKeySuffix(key.time, key.ordinal, out);
}

bool ParseRowKey(std::string_view in, RowKey* key) {
  if (in.size() <= kRowKeyPrefixSize + kRowKeySuffixSize) return false;
  key->id = {ReadUint32(in.data()), ReadUint32(in.data() + 4)};
  key->sample = in.substr(kRowKeyPrefixSize, in.size() - kRowKeyPrefixSize - kRowKeySuffixSize);
  const char* suffix = in.data() + in.size() - kRowKeySuffixSize;
  key->time = static_cast<int64_t>(~ReadUint64(suffix) ^ kSignBit);
  key->ordinal = ~ReadUint32(suffix + 8);
  return true;
}

std::string PrefixEnd(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty()) {
    auto& last = end.back();
    if (last != '\xff') {
      last = static_cast<char>(static_cast<uint8_t>(last) + 1);
      return end;
    }
    end.pop_back();
  }
  return end;
}

}  // namespace diotima
