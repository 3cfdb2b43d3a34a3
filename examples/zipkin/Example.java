import brave.Tracer;
import brave.Tracing;
import zipkin2.reporter.brave.AsyncZipkinSpanHandler;
import zipkin2.reporter.urlconnection.URLConnectionSender;

/** Brave by itself: zipkin-reporter-brave and zipkin-sender-urlconnection beside it. */
class Example {
  public static void main(String[] arguments) {
    var sender = URLConnectionSender.create("http://127.0.0.1:9411/api/v2/spans");
    var spans = AsyncZipkinSpanHandler.create(sender);
    var tracing = Tracing.newBuilder().localServiceName("my-service").addSpanHandler(spans).build();
    Tracer tracer = tracing.tracer();

    var order = tracer.newTrace().name("order").start();
    tracer.newChild(order.context()).name("charge").start().tag("card", "visa").finish();
    order.finish();

    tracing.close();
    spans.close();
    sender.close();
  }
}
