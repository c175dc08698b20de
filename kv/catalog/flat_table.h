// FlatBuffers of generated tables, as catalog and journal keep them.
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <string>
#include <string_view>

#include "codec/base/aligned_bytes.h"

namespace diotima {

// The table in bytes from disk, which must outlive it; null if they are not one.
template <typename Table>
class Verified {
 public:
  explicit Verified(std::string_view bytes) {
    bytes = aligned_.Align(bytes);
    flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    if (bytes.size() < 8 || !verifier.VerifyBuffer<Table>(nullptr)) return;
    table_ = flatbuffers::GetRoot<Table>(bytes.data());
  }

  bool operator==(std::nullptr_t) const { return table_ == nullptr; }
  const Table* operator->() const { return table_; }

 private:
  AlignedBytes aligned_;
  const Table* table_ = nullptr;
};

template <typename Table>
std::string Finish(flatbuffers::FlatBufferBuilder* builder, flatbuffers::Offset<Table> table) {
  builder->Finish(table);
  return {reinterpret_cast<const char*>(builder->GetBufferPointer()), builder->GetSize()};
}

}  // namespace diotima
