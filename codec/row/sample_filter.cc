#include "codec/row/sample_filter.h"

namespace diotima {

Result<SampleFilter> SampleFilter::Bind(std::shared_ptr<const SampleSet> samples,
                                        const Schema& schema, const std::string& feature) {
  if (!samples) return SampleFilter();
  std::vector<size_t> columns;
  for (size_t i = 0; i < samples->columns().size(); ++i) {
    const std::string& name = samples->columns()[i];
    const auto column = schema.Find(name);
    if (!column) {
      return Status::SchemaMismatch("feature '" + feature + "' has no column '" + name +
                                    "', by which the samples are named");
    }
    const Kind kind = schema[*column].type.kind();
    if (!SameKeyKind(kind, samples->kinds()[i])) {
      return Status::SchemaMismatch("feature '" + feature + "': the column '" + name + "' is " +
                                    Type(kind).ToString() + " in its rows and " +
                                    Type(samples->kinds()[i]).ToString() +
                                    " in the samples that are named");
    }
    columns.push_back(*column);
  }
  return SampleFilter(std::move(samples), std::move(columns));
}

}  // namespace diotima
