// FlatBuffers of generated tables, as catalog and journal keep them.
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <string>
#include <string_view>

namespace diotima {

// Returns the table in `bytes`, or null if they are not one. It borrows the bytes.
template <typename Table>
const Table* Verified(std::string_view bytes) {
  flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), 64,
                                 1000000, /*check_alignment=*/false);
  if (bytes.size() < 8 || !verifier.VerifyBuffer<Table>(nullptr)) return nullptr;
  return flatbuffers::GetRoot<Table>(bytes.data());
}

template <typename Table>
std::string Finish(flatbuffers::FlatBufferBuilder* builder, flatbuffers::Offset<Table> table) {
  builder->Finish(table);
  return {reinterpret_cast<const char*>(builder->GetBufferPointer()), builder->GetSize()};
}

}  // namespace diotima
