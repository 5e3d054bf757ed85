// The reflection service: what grpcurl and similar clients learn about the server without our proto files.
// Debian packages neither its proto nor its header, so its messages are encoded field by field.
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/unknown_field_set.h>
#include <grpcpp/generic/generic_stub.h>

#include <string>
#include <vector>

#include "tests/integration/server_fixture.h"
#include "tests/matchers/status.h"

namespace muster::server {
namespace {

using ::google::protobuf::UnknownFieldSet;
using ::testing::IsSupersetOf;

constexpr char kMethod[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
// Fields of ServerReflectionRequest and …Response.
constexpr int kFileContainingSymbol = 4, kListServices = 7;
constexpr int kFileDescriptors = 4, kServices = 6;

// The texts in field `number` of a message, in order.
std::vector<std::string> TextsIn(const std::string& message, int number) {
  UnknownFieldSet fields;
  EXPECT_TRUE(fields.ParseFromString(message));
  std::vector<std::string> texts;
  for (int i = 0; i < fields.field_count(); ++i) {
    if (fields.field(i).number() == number) texts.push_back(fields.field(i).length_delimited());
  }
  return texts;
}

class ReflectionTest : public ServerFixture {
 protected:
  // Asks one question on a stream of its own; the answer's bytes.
  std::string Ask(int field, const std::string& text) {
    UnknownFieldSet question;
    question.AddLengthDelimited(field, text);
    std::string bytes;
    question.SerializeToString(&bytes);
    grpc::Slice slice(bytes);
    const grpc::ByteBuffer request(&slice, 1);

    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    grpc::CompletionQueue queue;
    const auto call = stub.PrepareCall(&context, kMethod, &queue);
    const auto finished = [&queue] {
      void* tag = nullptr;
      bool ok = false;
      return queue.Next(&tag, &ok) && ok;
    };
    call->StartCall(nullptr);
    EXPECT_TRUE(finished());
    call->Write(request, nullptr);
    EXPECT_TRUE(finished());
    grpc::ByteBuffer response;
    call->Read(&response, nullptr);
    EXPECT_TRUE(finished());
    call->WritesDone(nullptr);
    EXPECT_TRUE(finished());
    grpc::Status status;
    call->Finish(&status, nullptr);
    EXPECT_TRUE(finished());
    EXPECT_THAT(status, IsOk());
    grpc::Slice answer;
    EXPECT_THAT(response.DumpToSingleSlice(&answer), IsOk());
    return std::string(reinterpret_cast<const char*>(answer.begin()), answer.size());
  }
};

TEST_F(ReflectionTest, ListsTheServices) {
  const std::vector<std::string> lists = TextsIn(Ask(kListServices, "*"), kServices);
  ASSERT_EQ(lists.size(), 1u);
  std::vector<std::string> names;
  for (const std::string& service : TextsIn(lists[0], 1)) names.push_back(TextsIn(service, 1).at(0));
  EXPECT_THAT(names, IsSupersetOf({"muster.v1.CatalogService", "muster.v1.ListService",
                                   "muster.v1.LoadService", "muster.v1.QueryService", "grpc.health.v1.Health",
                                   "grpc.reflection.v1alpha.ServerReflection"}));
}

TEST_F(ReflectionTest, DescribesAService) {
  const std::vector<std::string> answers =
      TextsIn(Ask(kFileContainingSymbol, "muster.v1.LoadService"), kFileDescriptors);
  ASSERT_EQ(answers.size(), 1u);
  std::vector<std::string> methods;
  for (const std::string& bytes : TextsIn(answers[0], 1)) {
    google::protobuf::FileDescriptorProto file;
    ASSERT_TRUE(file.ParseFromString(bytes));
    for (const auto& service : file.service()) {
      for (const auto& method : service.method()) methods.push_back(service.name() + "." + method.name());
    }
  }
  EXPECT_THAT(methods, IsSupersetOf({"LoadService.LoadRecords"}));
}

}  // namespace
}  // namespace muster::server
