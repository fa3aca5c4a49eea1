import type { Answer, AwsError, Protocol } from '../service.ts';

/** An error in the words of a protocol. https://smithy.io/2.0/aws/protocols/index.html */
export function renderError(error: AwsError, protocol: Protocol, requestId: string): Answer {
  const { code, status, message, fields } = error;
  if (protocol === 'json') {
    const body = JSON.stringify({ __type: code, message, ...fields });
    return { status, headers: { 'content-type': 'application/x-amz-json-1.1', ...error.headers }, body };
  }
  if (protocol === 'rest-json') {
    const headers = { 'content-type': 'application/json', 'x-amzn-errortype': code, ...error.headers };
    return { status, headers, body: JSON.stringify({ Type: 'User', Message: message, ...fields }) };
  }
  if (protocol === 'plain') {
    return { status, headers: { 'content-type': 'text/plain', ...error.headers }, body: message };
  }
  const headers = { 'content-type': 'text/xml', ...error.headers };
  if (protocol === 'rest-xml') {
    const body = xml({ Error: { Code: code, Message: message, ...fields, RequestId: requestId } });
    return { status, headers, body };
  }
  const type = status < 500 ? 'Sender' : 'Receiver';
  const body = xml({ ErrorResponse: { Error: { Type: type, Code: code, Message: message }, RequestId: requestId } });
  return { status, headers, body };
}

/** The result of a query call: `<GetCallerIdentityResponse xmlns=…><GetCallerIdentityResult>…`. */
export function queryResult(action: string, result: XmlValue, namespace: string): Answer {
  const response = elements({ [`${action}Result`]: result, ResponseMetadata: { RequestId: 'sandbox' } });
  const body = `<${action}Response xmlns="${namespace}">${response}</${action}Response>`;
  return { headers: { 'content-type': 'text/xml' }, body };
}

export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlValue[]
  | { readonly [element: string]: XmlValue };

/** A document of nested elements; a list repeats its element; `undefined` leaves an element out. */
export function xml(root: { readonly [element: string]: XmlValue }): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${elements(root)}`;
}

function elements(of: { readonly [element: string]: XmlValue }): string {
  return Object.entries(of)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => element(name, one as XmlValue)))
    .join('');
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  const content =
    typeof value === 'object' ? elements(value as { [element: string]: XmlValue }) : escapeXml(String(value));
  return `<${name}>${content}</${name}>`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}
