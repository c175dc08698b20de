// Describes the layout of the rows of one feature version, as the catalog knows it.
#pragma once

#include <diotima/digest.h>
#include <diotima/row.h>

#include <memory>

namespace diotima {

inline constexpr uint32_t kFirstUserColumnId = 32;

// The bits of the field `flags` of a row (row.fbs).
enum RowFlag : uint8_t {
  kDeletedFlag = 1,         // deleted at the time of the key
  kOwnDataVersionFlag = 2,  // the data version differs from the provenance
};

// Returns where the vtable of a FlatBuffers table has the field with this id.
constexpr uint16_t FieldOffset(uint32_t id) { return static_cast<uint16_t>(4 + 2 * id); }

class RowVerifier;

// Where older rows have the cells of a column, of another type.
struct FormerColumn {
  uint32_t id = 0;
  Type type;
};

struct StoredColumn {
  uint32_t id = 0;  // FlatBuffers field id, from kFirstUserColumnId on
  std::string name;
  Type type;
  std::vector<FormerColumn> former = {};  // the last one first
};

struct RowLayout : std::enable_shared_from_this<RowLayout> {
  std::vector<StoredColumn> columns;  // all user columns of the feature, id columns included
  std::vector<size_t> ids;            // indexes into `columns`, in the order of the key
  std::vector<std::string> fields;    // struct keys, ascending: the order of by-field hashes
  std::string feature_version;
  Hasher hasher;
  // Project versions by id. Shared by all layouts of a store; grows.
  std::shared_ptr<const std::vector<std::string>> projects;

  // `columns`, then the system columns.
  std::shared_ptr<const Schema> schema;
  std::shared_ptr<const RowVerifier> verifier;
  // Makes these two, once everything else is set.
  void MakeSchema();
  std::optional<size_t> FindColumn(std::string_view name) const;
  bool IsId(size_t column) const;
  // Returns the index of a system column in `schema`.
  size_t IndexOf(SystemColumn column) const { return columns.size() + static_cast<size_t>(column); }
};

// Returns the FlatBuffers schema of the rows of a feature, with which `flatc --json` decodes them.
std::string FlatBuffersSchema(const RowLayout& layout, std::string_view feature);

}  // namespace diotima
