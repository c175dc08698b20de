// The interface by which increments read rows.
#pragma once

#include <diotima/row.h>

#include <memory>
#include <string>
#include <string_view>

namespace diotima {

// A row with the hashes that increments are computed from.
class HashedRow : public Row {
 public:
  // Appends the hash of a field (a struct key) as downstream features see it. False for null.
  virtual bool AppendDataVersion(std::string_view field, std::string* out) const = 0;
  // Appends metaxy_provenance. False for null.
  virtual bool AppendProvenance(std::string* out) const = 0;
  // Returns a copy that owns its bytes. The layout must outlive it.
  virtual std::unique_ptr<HashedRow> Clone() const = 0;
};

}  // namespace diotima
