#include "loaders/feeding/schema_choice.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "loaders/schema/inference.h"

namespace muster::loaders {
namespace {

class IntoInference : public RecordSink {
 public:
  explicit IntoInference(Inference& inference) : inference_(inference) {}
  void TakeRecord(uint64_t, absl::Span<const absl::string_view> cells) override { inference_.Take(cells); }
  void TakeRagged(uint64_t, size_t) override {}

 private:
  Inference& inference_;
};

absl::Status ReadInto(RecordReader& reader, Inference& inference) {
  IntoInference sink(inference);
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) more = reader.ReadSome(sink);
  return more.status();
}

}  // namespace

absl::StatusOr<ChosenSchema> InferSchema(const InputPath& input, const TextFormat& format,
                                         const std::string& id_column) {
  auto reader = RecordReader::Open(input, format);
  if (!reader.ok()) return reader.status();
  auto id = FindColumn(**reader, id_column);
  if (!id.ok()) return id.status();
  Inference inference((*reader)->columns(), *id);
  absl::Status read = ReadInto(**reader, inference);
  if (!read.ok()) return read;
  if (inference.NeedsSecondReading()) {
    inference.BeginSecondReading();
    reader = RecordReader::Open(input, format);
    if (!reader.ok()) return reader.status();
    read = ReadInto(**reader, inference);
    if (!read.ok()) return read;
  }
  ChosenSchema inferred = {inference.Schema(), inference.Notes()};
  inferred.schema.columns = format.columns;
  inferred.schema.delimiter = format.delimiter;
  inferred.schema.quote = format.quote;
  inferred.schema.trim = !format.keep_white_space;
  return inferred;
}

absl::StatusOr<ChosenSchema> SchemaOfCatalogue(client::Client& client, const std::string& population,
                                               const RecordReader& reader, const std::string& id_column) {
  const auto id = FindColumn(reader, id_column);
  if (!id.ok()) return id.status();
  auto list = client.ListTags(population);
  if (!list.ok()) return list.status();
  std::map<std::string, v1::TagKind> known;
  for (const v1::Tag& tag : list->tags) known.emplace(tag.name(), tag.kind());
  ChosenSchema chosen;
  chosen.schema.population = population;
  chosen.schema.member_id = id_column;
  std::vector<std::string> unknown;
  for (size_t i = 0; i < reader.columns().size(); ++i) {
    const std::string& column = reader.columns()[i];
    const auto tag = known.find(column);
    if (i == *id) continue;
    if (tag == known.end()) {
      unknown.push_back(absl::StrCat("'", column, "'"));
      continue;
    }
    chosen.schema.tags.push_back({.column = column});
    chosen.schema.tags.back().tag.set_name(column);
    if (tag->second == v1::TAG_KIND_MULTI) {
      chosen.notes.push_back(absl::StrCat("a whole cell of '", column,
                                          "' is one value; where it is a list, say so with `separator:` in a "
                                          "--schema"));
    }
  }
  if (unknown.empty()) return chosen;
  return absl::FailedPreconditionError(absl::StrCat(
      reader.file().shown_name(),
      unknown.size() == 1 ? " has a column that is no tag of '" : " has columns that are no tags of '",
      population, "': ", absl::StrJoin(unknown, ", "),
      "; say what they mean with --schema tags.yaml, or let --infer guess it"));
}

}  // namespace muster::loaders
