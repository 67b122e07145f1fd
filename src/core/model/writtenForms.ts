/**
 * The ways in which programs write a text into another one: in JSON, addresses, forms, HTML, headers and dumps.
 * A search for them ignores letter case.
 */
export function writtenForms(value: string): ReadonlySet<string> {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const json = JSON.stringify(value).slice(1, -1);
  const forms = [
    value,
    json,
    json.replaceAll('/', '\\/'),
    // What is written into JSON twice, as in a log line that quotes an answer.
    JSON.stringify(json).slice(1, -1),
    asciiOnly(json),
    asciiOnly(json).replaceAll('/', '\\/'),
    carefulJson(json),
    ...addressForms(value),
    ...markupForms(value),
    hex,
    hex.replace(/../g, '%$&'),
    hex.replace(/../g, '\\x$&'),
    hex.replace(/..(?=.)/g, '$& '),
    hex.replace(/..(?=.)/g, '$&:'),
    ...base64Forms(bytes),
  ];
  return new Set(forms.filter(({ length }) => length >= 4));
}

function asciiOnly(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, escaped);
}

/** https://learn.microsoft.com/en-us/dotnet/api/system.text.encodings.web.javascriptencoder.default */
function carefulJson(json: string): string {
  return json.replace(/\\.|[^\x20-\x7e]|[&'+<>`]/gs, (found) =>
    found === '\\"' ? escaped('"') : found.length > 1 ? found : escaped(found),
  );
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function addressForms(value: string): string[] {
  const wellFormed = value.toWellFormed();
  const component = encodeURIComponent(wellFormed);
  const strict = component.replace(/[!'()*]/g, percent);
  const form = new URLSearchParams([['', wellFormed]]).toString().slice(1);
  return [
    component,
    strict,
    // RFC 3986 leaves `~` alone, RFC 1866 does not; RFC 6749 appendix B leaves it open for `-`, `.` and `_`.
    form,
    form.replaceAll('+', '%20'),
    strict.replaceAll('%20', '+'),
    strict.replace(/[-._~]/g, percent),
    encodeURI(wellFormed),
    encodeURIComponent(component),
    encodeURIComponent(form),
  ];
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function markupForms(value: string): string[] {
  const escaped = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = escaped.replaceAll('"', '&quot;');
  // As Go’s and .NET’s templates write it.
  const goQuoted = escaped.replaceAll('"', '&#34;').replaceAll("'", '&#39;');
  return [
    escaped,
    quoted,
    goQuoted,
    goQuoted.replaceAll('+', '&#43;'),
    quoted.replaceAll("'", '&#x27;').replaceAll('+', '&#x2B;'),
    ...['&#39;', '&#x27;', '&#039;', '&apos;'].map((quote) => quoted.replaceAll("'", quote)),
    quoted.replaceAll("'", '&#x27;').replaceAll('/', '&#x2F;').replaceAll('=', '&#x3D;'),
  ];
}

/** Also in the middle of something longer, as the secret in `id:secret`, and in an address. */
function* base64Forms(bytes: Buffer): Generator<string> {
  for (const before of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // The characters that are the same whatever stands before and after.
    const inside = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    yield inside;
    yield inside.replaceAll('+', '-').replaceAll('/', '_');
    yield encodeURIComponent(inside);
    yield inside.replaceAll('/', '\\/');
  }
}
