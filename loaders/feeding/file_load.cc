#include "loaders/feeding/file_load.h"

#include <algorithm>
#include <filesystem>
#include <future>
#include <random>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "index/status/status_macros.h"
#include "loaders/feeding/input_digest.h"
#include "loaders/feeding/long_records.h"
#include "loaders/feeding/record_batcher.h"
#include "text/controls.h"
#include "text/normal_form.h"
#include "text/quoted.h"
#include "text/utf8.h"

namespace muster::loaders {
namespace {

constexpr size_t kMaxStemBytes = 24;  // so that a label has at most 54

// The next batch and the progress by then; a message without a batch marks the end of the file.
struct Piece {
  v1::LoadRecordsRequest message;
  LoadProgress progress;
};

// What is read from, and how far it is.
struct Reading {
  RecordReader& reader;
  RecordSink& sink;  // the batcher, or what passes records on to it
  RecordBatcher& batcher;
  bool ended = false;
  size_t files_sent = 0;
};

// A file is named no later than its first record. One that is named earlier does no harm.
absl::StatusOr<Piece> NextPiece(Reading& reading) {
  RecordReader& reader = reading.reader;
  RecordBatcher& batcher = reading.batcher;
  while (!reading.ended && !batcher.Full()) {
    ASSIGN_OR_RETURN(auto more, reader.ReadSome(reading.sink));
    reading.ended = !more;
  }
  Piece piece;
  piece.progress = {reader.bytes_read(), reader.size(), batcher.records()};
  if (batcher.Empty()) return piece;
  piece.message = batcher.TakeBatch();
  for (; reading.files_sent < reader.files().size(); ++reading.files_sent) {
    v1::InputFile& file = *piece.message.mutable_batch()->add_files();
    file.set_name(MendUtf8(reader.files()[reading.files_sent].name));
    file.set_lines_before(reader.files()[reading.files_sent].lines_before);
  }
  return piece;
}

// The columns of a long table. Tags and their columns are in the spec.
std::string DescribedLayout(const TagSchema& schema) {
  std::string text = schema.member_id + "\n";
  if (schema.long_table.has_value()) {
    const LongTable& table = *schema.long_table;
    absl::StrAppend(&text, "long ", table.tag, "\n", table.value, "\n", table.weight, "\n");
  }
  for (const SchemaTag& tag : schema.tags) absl::StrAppend(&text, tag.column, "\n");
  return text;
}

// The parts of a format that affect how the same bytes are read.
std::string Described(const TagSchema& schema, const TextFormat& format) {
  if (format.kind == TextKind::kNdjson)
    return absl::StrCat("ndjson ", format.encoding, DescribedLayout(schema));
  std::string text = absl::StrCat(DescribedLayout(schema), format.delimiter, "\n",
                                  static_cast<int>(format.quote), " ", static_cast<int>(format.escape), " ",
                                  format.trailing_delimiter, " ", format.encoding, "\n");
  for (const std::string& column : format.columns) absl::StrAppend(&text, column, "\n");
  return text;
}

absl::StatusOr<v1::LoadSpec> SpecOf(const FileLoad& load, const RecordReader& reader) {
  v1::LoadSpec spec;
  spec.set_population(load.schema.population);
  spec.set_time_zone(load.schema.time_zone);
  spec.set_create_population(load.create_population);
  spec.set_mode(load.mode);
  spec.set_label(load.label.empty() ? MakeLabel(load.path) : load.label);
  spec.set_business_date(load.business_date);
  for (const SchemaTag& tag : load.schema.tags) *spec.add_tags() = tag.tag;
  if (load.schema.long_table.has_value()) spec.set_layout(v1::RECORD_LAYOUT_LONG);
  for (const std::string& text : load.schema.missing) spec.add_missing(text);
  spec.set_keep_white_space(load.schema.format.keep_white_space);
  if (load.max_rejected.has_value()) spec.set_max_rejected(*load.max_rejected);
  spec.set_make_current(load.make_current);
  spec.set_allow_future(load.allow_future);
  spec.set_allow_empty(load.allow_empty);
  spec.set_update_only(load.update_only);
  spec.set_dry_run(load.dry_run);
  spec.set_keep_rejected(load.keep_rejected);
  const std::string how = Described(load.schema, reader.format());
  if (!load.parts.empty()) {
    ASSIGN_OR_RETURN(auto digest, DigestOfParts(load.parts, how));
    spec.set_input_sha256(digest);
  } else if (load.path != "-" && reader.size().has_value()) {
    ASSIGN_OR_RETURN(auto digest, DigestOfFile(load.path, how));
    spec.set_input_sha256(digest);
  }
  return spec;
}

absl::StatusOr<RecordBatcher> BatcherOf(const TagSchema& schema, const RecordReader& reader) {
  ASSIGN_OR_RETURN(auto id_column, FindColumn(reader, schema.member_id));
  std::vector<size_t> tag_columns;
  if (schema.long_table.has_value()) return RecordBatcher(id_column, {id_column});  // see LongRecords
  for (const SchemaTag& tag : schema.tags) {
    ASSIGN_OR_RETURN(auto column, FindColumn(reader, tag.column));
    tag_columns.push_back(column);
  }
  return RecordBatcher(id_column, std::move(tag_columns));
}

// What a CSV file would lack as a column, and a REPLACE could not take for "everybody loses it".
absl::Status CheckKeys(const FileLoad& load, const RecordReader& reader) {
  const TagSchema& schema = load.schema;
  for (const std::string& key : reader.unseen()) {
    const auto is = [&key](const std::string& column) { return InNormalForm(column) == key; };
    std::string why;
    if (is(schema.member_id)) {
      why = "which has the member id";
    } else if (schema.long_table.has_value()) {
      why = is(schema.long_table->weight) ? "which is the weight_column"
                                          : "which a record of a long table needs";
    } else if (load.mode == v1::LOAD_MODE_REPLACE) {
      why = "so that the REPLACE would take its tag from everybody";
    } else {
      continue;
    }
    return absl::NotFoundError(absl::StrCat("no object of ", reader.shown_name(), " has the key ",
                                            Quoted(key), ", ", why,
                                            ": mend the name in the schema, or leave it out there"));
  }
  return absl::OkStatus();
}

// The name of the file, or of the folder whose files are several.
std::string NameOfInput(const std::string& path) {
  namespace fs = std::filesystem;
  if (path == "-") return "stdin";
  std::error_code ignored;
  fs::path named(path);
  if (!NamesSeveral(path) && named.has_filename() && named.filename() != "." && named.filename() != "..")
    return named.filename().string();
  if (!fs::is_directory(named, ignored)) named = named.parent_path();
  // The folders of a pattern may be patterns.
  while (named.string().find_first_of("*?[") != std::string::npos && !fs::exists(named, ignored))
    named = named.parent_path();
  return fs::weakly_canonical(fs::absolute(named.empty() ? "." : named, ignored), ignored)
      .filename()
      .string();
}

// `name` in letters that a shell takes as they are, and short enough that a table shows the label whole.
std::string StemOf(const std::string& name) {
  const bool has_control =
      std::any_of(name.begin(), name.end(), [](char c) { return absl::ascii_iscntrl(c); });
  if (has_control || !IsValidUtf8(name) || EscapeUnseen(name) != name) return "load";
  std::string stem;
  for (const char c : name) {
    const bool safe = absl::ascii_isalnum(c) || c == '.' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    if (safe) stem += c;
    if (!safe && !stem.empty() && stem.back() != '-') stem += '-';
  }
  stem.resize(BytesOfWholeCodePoints(std::string_view(stem).substr(0, kMaxStemBytes)));
  while (!stem.empty() && stem.back() == '-') stem.pop_back();
  return stem.empty() ? "load" : stem;
}

}  // namespace

std::string MakeLabel(const std::string& path) {
  const std::string stem = StemOf(NameOfInput(path));
  // Many small loads may begin within a second. The clock tells them apart even if processors, or copies of a
  // virtual machine, draw the same random number.
  std::random_device random;
  const absl::Time now = absl::Now();
  const uint64_t digits = (uint64_t{random()} << 16) ^ static_cast<uint64_t>(absl::ToUnixNanos(now));
  return absl::StrCat(stem, "-", absl::FormatTime("%Y%m%dT%H%M%SZ", now, absl::UTCTimeZone()), "-",
                      absl::StrFormat("%012x", digits & 0xffff'ffff'ffff));
}

absl::StatusOr<v1::LoadRecordsResponse> FeedFile(
    client::Client& client, const FileLoad& load, RecordReader& reader,
    const std::function<void(const LoadProgress&)>& on_progress) {
  ASSIGN_OR_RETURN(auto batcher, BatcherOf(load.schema, reader));
  std::optional<LongRecords> long_records;
  if (load.schema.long_table.has_value()) {
    ASSIGN_OR_RETURN(long_records, LongRecords::Make(load.schema, reader, batcher));
  }
  RecordSink& sink = long_records.has_value() ? static_cast<RecordSink&>(*long_records) : batcher;
  ASSIGN_OR_RETURN(auto spec, SpecOf(load, reader));
  const auto stream = client.BeginLoad(spec);
  Reading reading{reader, sink, batcher};
  const auto read_ahead = [&] { return std::async(std::launch::async, [&] { return NextPiece(reading); }); };
  // Reading is one piece ahead of sending. The future owns reader and batcher until its piece is taken.
  auto next = read_ahead();
  while (true) {
    ASSIGN_OR_RETURN(auto piece, next.get());
    if (!piece.message.has_batch()) break;
    next = read_ahead();
    const bool wanted = stream->Feed(piece.message);
    on_progress(piece.progress);
    if (!wanted) break;  // the server has answered already
  }
  if (next.valid()) next.wait();
  if (reading.ended && batcher.records() > 0) RETURN_IF_ERROR(CheckKeys(load, reader));
  return stream->Commit(batcher.records());
}

}  // namespace muster::loaders
