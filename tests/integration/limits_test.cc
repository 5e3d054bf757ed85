// Every limit that a client can exceed: its status code, the reason LIMIT, and the limit itself in
// ErrorInfo.metadata.
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "muster/v1/list_service.grpc.pb.h"
#include "muster/v1/segment_service.grpc.pb.h"
#include "tests/integration/server_fixture.h"

namespace muster::server {
namespace {

using ::muster::testing::DetailsOf;
using ::muster::testing::RpcDetails;

std::string Repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

class LimitsTest : public ServerFixture {
 protected:
  struct Case {
    std::string what;
    grpc::StatusCode code;
    uint64_t limit;
    std::function<grpc::Status()> call;
  };

  void Expect(const Case& that) {
    const grpc::Status status = that.call();
    ASSERT_EQ(status.error_code(), that.code) << that.what << ": " << status.error_message();
    const RpcDetails details = DetailsOf(status);
    EXPECT_EQ(details.info.reason(), "LIMIT") << that.what << ": " << status.error_message();
    ASSERT_TRUE(details.info.metadata().contains("limit")) << that.what << ": " << status.error_message();
    EXPECT_EQ(details.info.metadata().at("limit"), absl::StrCat(that.limit)) << that.what;
  }

  grpc::Status Count(const std::string& text) {
    v1::CountMembersResponse response;
    return Ask(Question(text), response);
  }

  grpc::Status Save(const std::string& segment, const std::string& text) {
    v1::CreateSegmentRequest request;
    request.set_population("p");
    request.set_name(segment);
    request.mutable_expression()->set_text(text);
    v1::CreateSegmentResponse response;
    grpc::ClientContext context;
    return v1::SegmentService::NewStub(channel_)->CreateSegment(&context, request, &response);
  }

  // A list of the ids, which are sent in one message.
  grpc::Status LoadList(const std::string& name, const std::vector<std::string>& ids) {
    grpc::ClientContext context;
    v1::LoadListResponse response;
    const auto stub = v1::ListService::NewStub(channel_);
    const auto writer = stub->LoadList(&context, &response);
    v1::LoadListRequest message;
    message.mutable_spec()->set_population("p");
    message.mutable_spec()->set_name(name);
    writer->Write(message);
    v1::CellColumn& column = *message.mutable_batch()->mutable_ids();
    for (const std::string& id : ids) {
      column.mutable_text()->append(id);
      column.add_ends(static_cast<uint32_t>(column.text().size()));
    }
    writer->Write(message);
    message.mutable_commit()->set_ids(ids.size());
    writer->Write(message);
    writer->WritesDone();
    return writer->Finish();
  }

  grpc::Status CountTree(const v1::Expression& tree) {
    v1::CountMembersRequest request;
    request.set_population("p");
    *request.mutable_expression()->mutable_tree() = tree;
    v1::CountMembersResponse response;
    return Ask(request, response);
  }

  grpc::Status Batch(const std::function<void(v1::BatchCountMembersRequest&)>& fill) {
    v1::BatchCountMembersRequest request;
    request.set_population("p");
    fill(request);
    v1::BatchCountMembersResponse response;
    grpc::ClientContext context;
    return queries_->BatchCountMembers(&context, request, &response);
  }

  grpc::Status Why(int expressions, const std::string& text) {
    v1::LookupMemberRequest request;
    request.set_population("p");
    request.set_member_id("m0");
    for (int i = 0; i < expressions; ++i) request.add_expressions()->set_text(text);
    v1::LookupMemberResponse response;
    grpc::ClientContext context;
    return queries_->LookupMember(&context, request, &response);
  }

  grpc::Status Search(const std::string& text) {
    v1::ListTagValuesRequest request;
    request.set_population("p");
    request.set_tag("city");
    request.set_search(text);
    v1::ListTagValuesResponse response;
    grpc::ClientContext context;
    return catalog_->ListTagValues(&context, request, &response);
  }
};

TEST_F(LimitsTest, OfExpressions) {
  LoadCustomers(10);
  v1::Expression deep, wide, far, list, added;
  added.mutable_sum()->set_number("0");
  added.mutable_sum()->set_operator_(v1::COMPARISON_OPERATOR_EQUAL);
  std::string sum = "age";
  for (int i = 0; i <= 32; ++i) {
    added.mutable_sum()->add_terms()->set_tag(absl::StrCat("age", i));
    absl::StrAppend(&sum, " + age", i);
  }
  v1::Expression* node = &deep;
  for (int i = 0; i < 40; ++i) node = node->mutable_negated();
  node->mutable_presence()->set_tag("city");
  for (int i = 0; i < 100'000; ++i) wide.mutable_all_of()->add_operands()->mutable_presence()->set_tag("vip");
  auto& comparison = *far.mutable_comparison();
  comparison.set_tag("age");
  comparison.set_operator_(v1::COMPARISON_OPERATOR_EQUAL);
  comparison.mutable_literal()->mutable_today()->set_offset(1'000'001);
  comparison.mutable_literal()->mutable_today()->set_unit(v1::DATE_UNIT_DAY);
  const std::vector<Case> cases = {
      {"text", grpc::INVALID_ARGUMENT, 8 << 20, [&] { return Count(std::string((8 << 20) + 1, ' ')); }},
      {"depth of a text", grpc::INVALID_ARGUMENT, 200,
       [&] { return Count(Repeated("(", 201) + "vip" + Repeated(")", 201)); }},
      {"depth of a tree", grpc::INVALID_ARGUMENT, 40, [&] { return CountTree(deep); }},
      {"nodes of a text", grpc::INVALID_ARGUMENT, 100'000,
       [&] { return Count("vip" + Repeated(" OR vip", 100'000)); }},
      {"nodes of a tree", grpc::INVALID_ARGUMENT, 100'000, [&] { return CountTree(wide); }},
      {"values of an IN", grpc::INVALID_ARGUMENT, 65'536,
       [&] { return Count("city IN ('a'" + Repeated(", 'a'", 65'536) + ")"); }},
      {"tags of a sum", grpc::INVALID_ARGUMENT, 32, [&] { return Count(sum + " > 0"); }},
      {"terms of a sum", grpc::INVALID_ARGUMENT, 1'000,
       [&] { return Count("age" + Repeated(" + age", 1'000) + " > 0"); }},
      {"salts", grpc::INVALID_ARGUMENT, 64,
       [&] {
         std::string text = "NOBODY";
         for (int salt = 0; salt <= 64; ++salt) absl::StrAppend(&text, " OR BUCKET('", salt, "', 0, 9)");
         return Count(text);
       }},
      {"tags of a sum in a tree", grpc::INVALID_ARGUMENT, 32, [&] { return CountTree(added); }},
      {"digits of a sum", grpc::INVALID_ARGUMENT, 1'000,
       [&] { return Count(std::string(1'000, '9') + " * age + age > 0"); }},
      {"bits of a sum", grpc::INVALID_ARGUMENT, 126,
       [&] { return Count("1" + std::string(37, '0') + " * age - age > 0"); }},
      {"dates", grpc::INVALID_ARGUMENT, 1'000,
       [&] {
         std::string text = "NOBODY";
         for (int day = 0; day <= 1'000; ++day)
           absl::StrAppend(&text, " OR (EVERYONE AS OF TODAY - ", day, " DAYS)");
         return Count(text);
       }},
      {"a value", grpc::INVALID_ARGUMENT, 400,
       [&] { return Count("city = '" + std::string(401, 'a') + "'"); }},
      {"TODAY in a text", grpc::INVALID_ARGUMENT, 1'000'000,
       [&] { return Count("age = TODAY - 1000001 DAYS"); }},
      {"TODAY in a tree", grpc::INVALID_ARGUMENT, 1'000'000, [&] { return CountTree(far); }},
  };
  for (const Case& that : cases) Expect(that);
}

TEST_F(LimitsTest, OfSegmentsAndLists) {
  LoadCustomers(10);
  const std::vector<Case> cases = {
      {"depth of segments", grpc::INVALID_ARGUMENT, 20,
       [&] {
         grpc::Status saved = Save("s1", "vip");
         for (int i = 2; i <= 21 && saved.ok(); ++i)
           saved = Save(absl::StrCat("s", i), absl::StrCat("SEGMENT 's", i - 1, "'"));
         return saved.ok() ? Count("SEGMENT 's21'") : saved;
       }},
      {"text of a segment", grpc::INVALID_ARGUMENT, 512 << 10,
       [&] { return Save("long", "vip" + std::string(512 << 10, ' ')); }},
      {"segments that a segment names", grpc::INVALID_ARGUMENT, 128,
       [&] {
         std::string text = "NOBODY";
         for (int i = 0; i <= 128; ++i) {
           if (const grpc::Status saved = Save(absl::StrCat("u", i), "vip"); !saved.ok()) return saved;
           absl::StrAppend(&text, " OR SEGMENT 'u", i, "'");
         }
         return Save("joint", text);
       }},
      {"id lists that a segment names", grpc::INVALID_ARGUMENT, 128,
       [&] {
         std::string text = "NOBODY";
         for (int i = 0; i <= 128; ++i) {
           if (const grpc::Status loaded = LoadList(absl::StrCat("l", i), {"a"}); !loaded.ok()) return loaded;
           absl::StrAppend(&text, " OR LIST 'l", i, "'");
         }
         return Save("listed", text);
       }},
      {"ids of a batch", grpc::INVALID_ARGUMENT, 1'000'000,
       [&] { return LoadList("large", std::vector<std::string>(1'000'001)); }},
  };
  for (const Case& that : cases) Expect(that);
}

TEST_F(LimitsTest, OfRequestsAndAnswers) {
  LoadCustomers(10);
  const std::vector<Case> cases = {
      {"expressions of a batch", grpc::INVALID_ARGUMENT, 10'000,
       [&] {
         return Batch([](v1::BatchCountMembersRequest& request) {
           for (int i = 0; i < 10'001; ++i) request.add_expressions()->mutable_expression()->set_text("vip");
         });
       }},
      {"a key of a batch", grpc::INVALID_ARGUMENT, 256,
       [&] {
         return Batch([](v1::BatchCountMembersRequest& request) {
           request.add_expressions()->mutable_expression()->set_text("vip");
           request.mutable_expressions(0)->set_key(std::string(257, 'k'));
         });
       }},
      {"expressions of a lookup", grpc::INVALID_ARGUMENT, 100, [&] { return Why(101, "vip"); }},
      {"conditions of a lookup", grpc::INVALID_ARGUMENT, 100'000,
       [&] {
         std::string text = "vip";
         for (int i = 1; i < 60'000; ++i) text += " OR vip";
         return Why(2, text);
       }},
      {"a search", grpc::INVALID_ARGUMENT, 400, [&] { return Search(std::string(401, 'a')); }},
      {"a request", grpc::RESOURCE_EXHAUSTED, 16 << 20,
       [&] {
         return Batch([](v1::BatchCountMembersRequest& request) {
           for (int i = 0; i < 3; ++i)
             request.add_expressions()->mutable_expression()->set_text(std::string(6 << 20, ' '));
         });
       }},
      {"a request in memory", grpc::RESOURCE_EXHAUSTED, 96 << 20,
       [&] {
         v1::Expression tree;
         for (int i = 0; i < 4'000'000; ++i) tree.mutable_all_of()->add_operands();
         return CountTree(tree);
       }},
      {"an answer", grpc::OUT_OF_RANGE, 16 << 20,
       [&] {
         return Batch([](v1::BatchCountMembersRequest& request) {
           // Each is answered with its canonical text, and with warnings.
           const std::string text = "city IN ('" + std::string(390, 'a') + "', '" + std::string(390, 'b') +
                                    "', '" + std::string(390, 'c') + "')";
           for (int i = 0; i < 10'000; ++i) request.add_expressions()->mutable_expression()->set_text(text);
         });
       }},
  };
  for (const Case& that : cases) Expect(that);
}

TEST_F(LimitsTest, OfLoads) {
  const auto load_of_files = [this](int count, const std::string& name) {
    v1::LoadRecordsRequest batch;
    for (int i = 0; i < count; ++i) batch.mutable_batch()->add_files()->set_name(name);
    grpc::ClientContext context;
    v1::LoadRecordsResponse response;
    const auto writer = loads_->LoadRecords(&context, &response);
    writer->Write(Message(Spec({Tag("n", v1::TAG_KIND_NUMBER)})));
    writer->Write(batch);
    writer->WritesDone();
    return writer->Finish();
  };
  const auto load = [this](const std::function<void(v1::LoadSpec&)>& change) {
    v1::LoadSpec spec = Spec({Tag("n", v1::TAG_KIND_NUMBER)});
    change(spec);
    return Load(spec, {});
  };
  const std::vector<Case> cases = {
      {"tags of a load", grpc::INVALID_ARGUMENT, 10'000,
       [&] {
         return load([](v1::LoadSpec& spec) {
           for (int i = 0; i < 10'000; ++i) *spec.add_tags() = Tag(absl::StrCat("t", i), v1::TAG_KIND_FLAG);
         });
       }},
      {"files of a load", grpc::INVALID_ARGUMENT, 100'000, [&] { return load_of_files(100'001, "f"); }},
      {"the name of a file", grpc::INVALID_ARGUMENT, 4'096,
       [&] { return load_of_files(1, std::string(4'097, 'f')); }},
      {"missing texts", grpc::INVALID_ARGUMENT, 100,
       [&] {
         return load([](v1::LoadSpec& spec) {
           for (int i = 0; i < 101; ++i) spec.add_missing(absl::StrCat(i));
         });
       }},
      {"missing texts of a tag", grpc::INVALID_ARGUMENT, 100,
       [&] {
         return load([](v1::LoadSpec& spec) {
           for (int i = 0; i < 101; ++i) spec.mutable_tags(0)->add_missing(absl::StrCat(i));
         });
       }},
      {"a missing text", grpc::INVALID_ARGUMENT, 400,
       [&] { return load([](v1::LoadSpec& spec) { spec.add_missing(std::string(401, 'm')); }); }},
  };
  for (const Case& that : cases) Expect(that);
  // Ten thousand tags are there, and one more is asked for.
  v1::LoadSpec all = Spec({});
  std::vector<std::string> record = {"a"};
  for (int i = 0; i < 10'000; ++i) {
    *all.add_tags() = Tag(absl::StrCat("t", i), v1::TAG_KIND_FLAG);
    record.push_back("1");
  }
  MustLoad(all, {record});
  Expect(
      {"tags of a population", grpc::RESOURCE_EXHAUSTED, 10'000, [&] { return load([](v1::LoadSpec&) {}); }});
}

TEST_F(LimitsTest, OfANumbersScale) {
  MustLoad(Spec({Tag("n", v1::TAG_KIND_NUMBER)}), {{"a", "900000000000000000"}});
  v1::UpdateTagRequest request;
  request.set_population("p");
  request.mutable_tag()->set_name("n");
  request.mutable_tag()->set_scale(2);
  request.mutable_update_mask()->add_paths("scale");
  Expect({"a scale", grpc::FAILED_PRECONDITION, 1, [&] {
            v1::UpdateTagResponse response;
            grpc::ClientContext context;
            return catalog_->UpdateTag(&context, request, &response);
          }});
}

TEST_F(LimitsTest, OfTheMemoryOfOneLoad) {
  StopServer();
  ServingOptions options;
  options.load_memory_bytes = 1 << 20;
  StartServer(options);
  std::vector<TestRecord> records;
  for (int i = 0; i < 200'000; ++i) records.push_back({absl::StrCat("m", i), "1"});
  Expect({"memory of a load", grpc::RESOURCE_EXHAUSTED, 1 << 20,
          [&] { return Load(Spec({Tag("n", v1::TAG_KIND_NUMBER)}), records); }});
}

}  // namespace
}  // namespace muster::server
