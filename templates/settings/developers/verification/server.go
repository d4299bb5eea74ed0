// Go 1.19 or newer. No packages needed.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"
	"time"
)

const verifyURL = "{{ server.url }}/v1/verify"

// The organization whose keys you accept.
const organization = "{{ server.organization_id }}"

var client = &http.Client{Timeout: 2 * time.Second}

type verifyRequest struct {
	Token        string `json:"token"`
	Organization string `json:"organization"`
	Permission   string `json:"permission,omitempty"`
	ClientIP     string `json:"client_ip,omitempty"`
	Origin       string `json:"origin,omitempty"`
}

type verifyResponse struct {
	Valid bool   `json:"valid"`
	Code  string `json:"code"`
	Key   struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"key"`
{%- if server.has_limits %}
	RateLimit limit `json:"rate_limit"`
	Quota     limit `json:"quota"`
}

type limit struct {
	// In so many seconds, the key can be used again.
	Reset int `json:"reset"`
}
{%- else %}
}
{%- endif %}

// verify asks Latchkey about the token. If it returns an error, refuse the request.
{%- if let Some(name) = server.permission %}
// To require a permission, set Permission: "{{ name }}" in the input.
{%- endif %}
func verify(ctx context.Context, input verifyRequest) (verifyResponse, error) {
	var result verifyResponse
	body, err := json.Marshal(input)
	if err != nil {
		return result, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, verifyURL, bytes.NewReader(body))
	if err != nil {
		return result, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return result, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return result, fmt.Errorf("Latchkey answered %s", response.Status)
	}
	err = json.NewDecoder(response.Body).Decode(&result)
	return result, err
}

func tokenOf(headers http.Header) string {
	if token := headers.Get("X-API-Key"); token != "" {
		return token
	}
	scheme, token, _ := strings.Cut(headers.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

func handle(w http.ResponseWriter, r *http.Request) {
	result := verifyResponse{Code: "NOT_FOUND"}
	if token := tokenOf(r.Header); token != "" {
		input := verifyRequest{Token: token, Organization: organization, Origin: r.Header.Get("Origin")}
		// For the last use, and for keys that are restricted. Behind a proxy, take the address that it reports.
		input.ClientIP, _, _ = net.SplitHostPort(r.RemoteAddr)
		var err error
		if result, err = verify(r.Context(), input); err != nil {
			log.Print(err)
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
	}
{%- if server.has_limits %}
	used := map[string]limit{"RATE_LIMITED": result.RateLimit, "QUOTA_EXCEEDED": result.Quota}
	if limit, ok := used[result.Code]; ok {
		w.Header().Set("Retry-After", fmt.Sprint(limit.Reset))
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
{%- endif %}
	if !result.Valid {
		w.Header().Set("WWW-Authenticate", "Bearer")
		if strings.HasSuffix(result.Code, "_NOT_ALLOWED") || strings.HasPrefix(result.Code, "INSUFFICIENT_") {
			w.WriteHeader(http.StatusForbidden)
		} else {
			w.WriteHeader(http.StatusUnauthorized)
		}
		return
	}
	fmt.Fprintf(w, "Hello, %s!\n", result.Key.Name)
}

func main() {
	log.Fatal(http.ListenAndServe("127.0.0.1:3000", http.HandlerFunc(handle)))
}
