/**
 * The body of `email.default.html`, byte for byte as Alertmanager 0.35 renders it: mails that a user has adapted by redefining what it calls
 * stay as they are. Its look comes from Mailgun, whose licence it carries.
 */

const FONT = "font-family: 'Helvetica Neue', Helvetica, Arial, sans-serif; box-sizing: border-box;";
const STYLE = `margin: 0; ${FONT} font-size: 14px;`;
const ROW = `<tr style="${STYLE}">`;
const CELL = `<td class="content-block" style="${STYLE} vertical-align: top; padding: 0 0 20px;" valign="top">`;
const STRONG = `<strong style="${STYLE}">`;
const BREAK = `<br style="${STYLE}">`;

const LICENCE = `
<!--
Style and HTML derived from https://github.com/mailgun/transactional-email-templates


The MIT License (MIT)

Copyright (c) 2014 Mailgun

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
-->
`;

type State = 'Firing' | 'Resolved';

/** How many alerts there are, and of what group. */
function banner(name: string, color: string, behind: string): string {
  return `            <td class="alert ${name}" style="margin: 0; ${FONT} vertical-align: top; font-size: 16px; color: #fff; font-weight: 500; padding: 20px; text-align: center; border-radius: 3px 3px 0 0; background-color: ${color};" valign="top" align="center" bgcolor="${color}">
              {{ .Alerts | len }} alert{{ if gt (len .Alerts) 1 }}s{{ end }} for {{ range .GroupLabels.SortedPairs }}
                {{ .Name }}={{ .Value }}${behind}
              {{ end }}
            </td>
`;
}

function heading(state: State): string {
  return `                ${ROW}
                  ${CELL}
                    ${STRONG}[{{ .Alerts.${state} | len }}] ${state}</strong>
                  </td>
                </tr>
`;
}

function alerts(state: State): string {
  return `                {{ range .Alerts.${state} }}
                ${ROW}
                  ${CELL}
                    ${STRONG}Labels</strong>${BREAK}
                    {{ range .Labels.SortedPairs }}{{ .Name }} = {{ .Value }}${BREAK}{{ end }}
                    {{ if gt (len .Annotations) 0 }}${STRONG}Annotations</strong>${BREAK}{{ end }}
                    {{ range .Annotations.SortedPairs }}{{ .Name }} = {{ .Value }}${BREAK}{{ end }}
                    <a href="{{ .GeneratorURL }}" style="${STYLE} color: #348eda; text-decoration: underline;">Source</a>${BREAK}
                  </td>
                </tr>
                {{ end }}
`;
}

export const DEFAULT_EMAIL = `${LICENCE}<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" style="${STYLE}">
<head>
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
<title>{{ template "__subject" . }}</title>
<style>
@media only screen and (max-width: 640px) {
  body {
    padding: 0 !important;
  }

  h1,
h2,
h3,
h4 {
    font-weight: 800 !important;
    margin: 20px 0 5px !important;
  }

  h1 {
    font-size: 22px !important;
  }

  h2 {
    font-size: 18px !important;
  }

  h3 {
    font-size: 16px !important;
  }

  .container {
    padding: 0 !important;
    width: 100% !important;
  }

  .content {
    padding: 0 !important;
  }

  .content-wrap {
    padding: 10px !important;
  }

  .invoice {
    width: 100% !important;
  }
}
</style>
</head>

<body itemscope itemtype="https://schema.org/EmailMessage" style="${STYLE} -webkit-font-smoothing: antialiased; -webkit-text-size-adjust: none; height: 100%; line-height: 1.6em; background-color: #f6f6f6; width: 100%;">

<table class="body-wrap" style="${STYLE} background-color: #f6f6f6; width: 100%;" width="100%" bgcolor="#f6f6f6">
  ${ROW}
    <td style="${STYLE} vertical-align: top;" valign="top"></td>
    <td class="container" width="600" style="${FONT} font-size: 14px; vertical-align: top; display: block; max-width: 600px; margin: 0 auto; clear: both;" valign="top">
      <div class="content" style="${FONT} font-size: 14px; max-width: 600px; margin: 0 auto; display: block; padding: 20px;">
        <table class="main" width="100%" cellpadding="0" cellspacing="0" style="${STYLE} background-color: #fff; border: 1px solid #e9e9e9; border-radius: 3px;" bgcolor="#fff">
          ${ROW}
            {{ if gt (len .Alerts.Firing) 0 }}
${banner('alert-warning', '#E6522C', '')}            {{ else }}
${banner('alert-good', '#68B90F', ' ')}            {{ end }}
          </tr>
          ${ROW}
            <td class="content-wrap" style="${STYLE} vertical-align: top; padding: 30px;" valign="top">
              <table width="100%" cellpadding="0" cellspacing="0" style="${STYLE}">
                ${ROW}
                  ${CELL}
                    <a href="{{ template "__alertmanagerURL" . }}" class="btn-primary" style="${STYLE} text-decoration: none; color: #FFF; background-color: #348eda; border: solid #348eda; border-width: 10px 20px; line-height: 2em; font-weight: bold; text-align: center; cursor: pointer; display: inline-block; border-radius: 5px; text-transform: capitalize;">View in {{ template "__alertmanager" . }}</a>
                  </td>
                </tr>
                {{ if gt (len .Alerts.Firing) 0 }}
${heading('Firing')}                {{ end }}
${alerts('Firing')}
                {{ if gt (len .Alerts.Resolved) 0 }}
                  {{ if gt (len .Alerts.Firing) 0 }}
                ${ROW}
                  ${CELL}
                    ${BREAK}
                    <hr style="${STYLE}">
                    ${BREAK}
                  </td>
                </tr>
                  {{ end }}
${heading('Resolved')}                {{ end }}
${alerts('Resolved')}              </table>
            </td>
          </tr>
        </table>

        <div class="footer" style="${STYLE} width: 100%; clear: both; color: #999; padding: 20px;">
          <table width="100%" style="${STYLE}">
            ${ROW}
              <td class="aligncenter content-block" style="margin: 0; ${FONT} vertical-align: top; padding: 0 0 20px; text-align: center; color: #999; font-size: 12px;" valign="top" align="center"><a href="{{ .ExternalURL }}" style="margin: 0; ${FONT} text-decoration: underline; color: #999; font-size: 12px;">Sent by {{ template "__alertmanager" . }}</a></td>
            </tr>
          </table>
        </div></div>
    </td>
    <td style="${STYLE} vertical-align: top;" valign="top"></td>
  </tr>
</table>

</body>
</html>

`;
